import { spawnSync } from 'node:child_process';
import { buildEngine, hasGo } from './build';
import { shippedCrds } from '../crds/crd-file';
import { BEYOND_LIMITS, REFUSED } from '../crds/refused-objects';
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

  it.each([...REFUSED, ...BEYOND_LIMITS])('refuse %s', (_, object, message) => {
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
