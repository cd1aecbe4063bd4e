import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../src/model/finding';
import { readPolicies } from '../../src/policies/read-policies';
import { resourcesOf } from '../policies/resource-fixture';
import { checkResources } from './check-fixture';

const DATA = join(__dirname, '../../../shared/data');

/** What was found, each looked at: the policies really have these properties. Notes are counted by id. */
const EXPECTED: Record<string, { policies: number; faults: string[]; notes: Record<string, number> }> = {
  // The server is open to everybody, for those who log in.
  'argo-cd': { policies: 7, faults: [], notes: { 'allow-all-rule': 1, 'namespace-without-default-deny': 1 } },
  'ingress-nginx': { policies: 0, faults: [], notes: { 'namespace-without-policies': 1 } },
  // Who calls most of its servers is the Prometheus that the operator makes; all policies leave egress open.
  'kube-prometheus': {
    policies: 8,
    faults: ['policy-on-host-network NetworkPolicy/monitoring/node-exporter'],
    notes: {
      'allow-all-rule': 8,
      'cut-off-workload': 4,
      'namespace-without-default-deny': 1,
      'policy-selects-nothing': 2,
    },
  },
  // Egress of twelve policies, and ingress of the frontend.
  'online-boutique': { policies: 13, faults: [], notes: { 'allow-all-rule': 13 } },
};

/** Notes about style: true of nearly every manifest there is. */
const STYLE: readonly string[] = ['implicit-policy-types', 'implicit-protocol'];

function countById(findings: readonly Finding[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { id } of findings) counts[id] = (counts[id] ?? 0) + 1;
  return counts;
}

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
      const findings = checkResources(resources);
      const faults = findings.filter(({ severity }) => severity !== 'info');
      const notes = findings.filter(({ id, severity }) => severity === 'info' && !STYLE.includes(id));
      expect(faults.map(({ id, object }) => `${id} ${object}`)).toEqual(expected.faults);
      expect(countById(notes)).toEqual(expected.notes);
    },
  );
});
