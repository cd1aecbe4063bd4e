import { spawnSync } from 'node:child_process';
import { buildEngine, hasGo } from './build';
import { shippedCrds } from '../crds/crd-file';
import { VERSIONS, wholeIntents, wholeProtection } from '../crds/whole-objects';
import { readIntents } from '../../src/intents/read-intents';
import { readManifests } from '../../src/sources/manifest';

interface Admission {
  /** What the API server has against each CRD. */
  readonly crds: readonly (readonly string[])[];
  /** What it has against each object. */
  readonly objects: readonly (readonly string[])[];
}

/** The API server's own code for CRDs: structure, CEL rules with their costs, unknown fields. */
function admission(objects: readonly object[]): Admission {
  const { stdout, stderr, status } = spawnSync(buildEngine('crd-admission'), {
    input: JSON.stringify({ crds: [...shippedCrds().values()], objects }),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

function intents(version: string, change: (spec: any) => void): object {
  const object = wholeIntents(version);
  change(object.spec);
  return object;
}

const target =
  (value: object) =>
  (spec: any): void => {
    spec.targets = [value];
  };
const call =
  (value: object) =>
  (spec: any): void => {
    spec.calls = [value];
  };

/** Each of them refused, by the rule of the reference that is named. */
const REFUSED: readonly (readonly [string, object, RegExp])[] = [
  [
    'two members (1.6 rule 4)',
    intents('v2beta1', target({ sql: { name: 'a' }, kafka: { name: 'b' } })),
    /must have at most 1/,
  ],
  ['no member (rule 4)', intents('v2beta1', target({})), /at least 1 propert/],
  [
    'a dot in the client (rule 3)',
    intents('v2beta1', (spec) => (spec.workload.name = 'a.b')),
    /must not have dots/,
  ],
  [
    'a small kind (rule 2)',
    intents('v2beta1', target({ kubernetes: { name: 'a', kind: 'deployment' } })),
    /kind/,
  ],
  ['an empty name (rule 5)', intents('v2beta1', target({ kafka: { name: '' } })), /name/],
  ['two dots (rule 6)', intents('v2beta1', target({ service: { name: 'a.b.c' } })), /more than one dot/],
  [
    'an unknown method',
    intents('v2beta1', target({ service: { name: 'a', http: [{ path: '/', methods: ['FETCH'] }] } })),
    /methods/,
  ],
  [
    'an empty path (rule 7)',
    intents('v2beta1', target({ service: { name: 'a', http: [{ path: '', methods: [] }] } })),
    /path/,
  ],
  [
    'an Azure target that grants nothing (rule 9)',
    intents('v2beta1', target({ azure: { scope: '/s' } })),
    /grants nothing/,
  ],
  [
    'roles beside actions (rule 9)',
    intents('v2beta1', target({ azure: { scope: '/s', roles: ['r'], actions: ['a'] } })),
    /roles beside actions/,
  ],
  [
    'an internet target that leads nowhere (rule 10)',
    intents('v2beta1', target({ internet: { ports: [443] } })),
    /neither a domain nor an address/,
  ],
  [
    'an address with letters (rule 12)',
    intents('v2beta1', target({ internet: { ips: ['example.com'] } })),
    /ips/,
  ],
  [
    'a port beyond 65535',
    intents('v2beta1', target({ internet: { ips: ['203.0.113.7'], ports: [70000] } })),
    /ports/,
  ],
  ['no ports in a list', intents('v2beta1', target({ service: { name: 'a', ports: [] } })), /ports/],
  ['an unknown field', intents('v2beta1', target({ service: { name: 'a', port: 1 } })), /unknown field/],
  [
    'topics in an http call (1.6, v1)',
    intents('v1beta1', call({ name: 'a', type: 'http', kafkaTopics: [] })),
    /kafkaTopics/,
  ],
  ['a call without a name (1.6, v1)', intents('v1alpha3', call({ type: 'kafka' })), /has no name/],
  ['an internet call without internet', intents('v1beta1', call({ type: 'internet' })), /has no internet/],
  ['two dots in a call', intents('v1alpha2', call({ name: 'a.b.c' })), /more than one dot/],
  ['a cloud type that v1alpha2 lacks', intents('v1alpha2', call({ name: 'a', type: 'aws' })), /type/],
];

(hasGo() ? describe : describe.skip)('the CRDs at the door of the API server', () => {
  const whole = VERSIONS.flatMap((version) => [wholeIntents(version), wholeProtection(version)]);

  it('are taken: structural, and with rules that cost what they may', () => {
    expect(admission([]).crds).toEqual([[], []]);
  });

  it('let in every field of every version', () => {
    expect(admission(whole).objects.map((problems, index) => [whole[index].apiVersion, problems])).toEqual(
      whole.map(({ apiVersion }) => [apiVersion, []]),
    );
  });

  it.each(REFUSED)('refuse %s', (_, object, message) => {
    expect(admission([object]).objects[0]?.join('\n')).toMatch(message);
  });

  it('refuse nothing that the reader takes', () => {
    for (const [what, object] of REFUSED) {
      const { findings } = readIntents(readManifests(JSON.stringify(object), { file: 'x' }).resources);
      expect({ what, refused: findings.some(({ severity }) => severity === 'error') }).toEqual({
        what,
        refused: true,
      });
    }
  });
});
