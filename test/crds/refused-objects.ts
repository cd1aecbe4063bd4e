import { wholeIntents, wholeProtection } from './whole-objects';

/** An object that the CRDs refuse: which rule it breaks (of otterize-operator 1.6), and what the refusal must say. */
export type Refused = readonly [what: string, object: any, message: RegExp];

/** ClientIntents of a version with every field, changed. */
function intents(version: string, change: (spec: any) => void): any {
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
export const REFUSED: readonly Refused[] = [
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
  ['no client', intents('v2beta1', (spec) => delete spec.workload), /workload: Required value/],
  ['no targets', intents('v2alpha1', (spec) => delete spec.targets), /targets: Required value/],
  ['no client (v1)', intents('v1beta1', (spec) => delete spec.service), /service: Required value/],
  ['no calls', intents('v1alpha3', (spec) => delete spec.calls), /calls: Required value/],
  [
    'a client without a name',
    intents('v2beta1', (spec) => (spec.workload = { kind: 'Job' })),
    /workload.name: Required value/,
  ],
  ['a client with an empty name', intents('v1alpha2', (spec) => (spec.service.name = '')), /service.name/],
  [
    'a client whose kind begins small',
    intents('v2alpha1', (spec) => (spec.workload.kind = 'statefulSet')),
    /workload.kind/,
  ],
  ['targets that are no list', intents('v2beta1', (spec) => (spec.targets = { kubernetes: {} })), /targets/],
  ['a target that is a word', intents('v2beta1', (spec) => (spec.targets = ['cart'])), /object/],
  ['a member that no target has', intents('v2beta1', target({ workload: { name: 'a' } })), /unknown field/],
  [
    'an operation that Kafka lacks',
    intents('v2alpha1', target({ kafka: { name: 'a', topics: [{ name: 't', operations: ['read'] }] } })),
    /Unsupported value: "read"/,
  ],
  [
    'an operation that SQL lacks',
    intents(
      'v2beta1',
      target({ sql: { name: 'a', privileges: [{ databaseName: 'd', operations: ['x'] }] } }),
    ),
    /Unsupported value: "x"/,
  ],
  ['a cloud target without its name', intents('v2beta1', target({ aws: { actions: [] } })), /arn: Required/],
  ['a port that is a word', intents('v1beta1', call(internet({ ports: ['https'] }))), /ports/],
  ['port 0', intents('v2beta1', target({ internet: { ips: ['203.0.113.7'], ports: [0] } })), /ports/],
  [
    'a domain that is an address of a page',
    intents('v2beta1', target({ internet: { domains: ['https://example.com/'] } })),
    /domains/,
  ],
  ['an internet call to nowhere', intents('v1alpha3', call(internet({ ips: [] }))), /neither a domain/],
  [
    'a misspelt field (v1)',
    intents('v1beta1', call({ name: 'a', type: 'http', httpResources: [] })),
    /unknown field "?spec.calls\[0\].httpResources/,
  ],
  [
    'a protection without a name',
    { ...wholeProtection('v2beta1'), spec: { kind: 'Deployment' } },
    /name: Required value/,
  ],
  [
    'a protection with a field that it lacks',
    { ...wholeProtection('v1beta1'), spec: { name: 'a', ports: [1] } },
    /unknown field/,
  ],
];

/** Refused though the reader takes them: the rules of a CRD may not cost more than lists and names of these lengths. */
export const BEYOND_LIMITS: readonly Refused[] = [
  [
    'a name longer than any object may have',
    intents('v2beta1', (spec) => (spec.workload.name = 'a'.repeat(254))),
    /253/,
  ],
  ['more ports than anybody means', manyPorts(), /100/],
];

function internet(value: object): object {
  return { type: 'internet', internet: { ips: ['203.0.113.7'], ...value } };
}

function manyPorts(): any {
  const ports = Array.from({ length: 101 }, (_, index) => index + 1);
  return intents('v2beta1', target({ kubernetes: { name: 'a', ports } }));
}
