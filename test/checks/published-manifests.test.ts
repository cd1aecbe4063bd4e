import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPolicies } from '../../src/policies/read-policies';
import { resourcesOf } from '../policies/resource-fixture';
import { checkResources } from './check-fixture';

const DATA = join(__dirname, '../../../shared/data');

/** What was found, each looked at: the policies really have these properties. */
const EXPECTED: Record<string, { policies: number; findings: string[] }> = {
  'argo-cd': { policies: 7, findings: [] },
  'ingress-nginx': { policies: 0, findings: [] },
  'kube-prometheus': { policies: 8, findings: [] },
  'online-boutique': { policies: 13, findings: [] },
};

describe('the policies of published applications', () => {
  if (!existsSync(DATA)) {
    it.skip(`are not there (${DATA}): nothing to read`, () => undefined);
    return;
  }
  it.each(Object.entries(EXPECTED))(
    'of %s are read without an error and without a false finding',
    (folder, expected) => {
      const files = readdirSync(join(DATA, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.yaml'))
        .sort();
      const resources = files.flatMap((file) => resourcesOf(readFileSync(join(DATA, folder, file), 'utf8')));
      const policies = readPolicies(resources);
      expect(policies.findings).toEqual([]);
      expect(policies.kubernetes.length).toBe(expected.policies);
      expect(checkResources(resources).map(({ id, object }) => `${id} ${object}`)).toEqual(expected.findings);
    },
  );
});
