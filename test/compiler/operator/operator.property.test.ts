import fc from 'fast-check';
import { calls, callsService, compiled, intents, service, workload } from '../cluster-fixture';
import type { Compilation } from '../../../src/compiler/compilation';
import { canonical } from '../../../src/compiler/operator/rule-differences';
import type { Resource } from '../../../src/model/resource';

/* Worlds without any known defect: no stated kinds, no names that clash, Services in front of one workload each. */
const PLACES = ['a/one', 'a/two', 'b/one', 'b/three', 'kube-system/coredns'];

const worldArb = fc.record({
  present: fc.subarray(PLACES, { minLength: 2 }),
  kinds: fc.array(fc.constantFrom('Deployment', 'StatefulSet', 'DaemonSet'), { minLength: 5, maxLength: 5 }),
  types: fc.array(fc.constantFrom('ClusterIP', 'LoadBalancer', 'NodePort'), { minLength: 5, maxLength: 5 }),
  edges: fc.array(fc.tuple(fc.nat(4), fc.nat(4), fc.boolean()), { maxLength: 6 }),
  egress: fc.boolean(),
  externalTraffic: fc.constantFrom('if-blocked' as const, 'always' as const, 'off' as const),
});

function resourcesOf(
  present: readonly string[],
  kinds: readonly string[],
  types: readonly string[],
): Resource[] {
  return present.flatMap((id, index) => {
    const kind = kinds[index] ?? 'Deployment';
    const type = types[index] ?? 'ClusterIP';
    const ports = [{ name: 'http', containerPort: 8080 }];
    return [
      workload(id, { kind, ports }),
      service(id, { ports: [{ port: 80, targetPort: 'http' }, { port: 9090 }], more: { type } }),
    ];
  });
}

function printed({ policies, podLabels }: Compilation): unknown {
  return {
    policies: policies.map(({ manifest }) => canonical(manifest)),
    pods: podLabels.map(({ workload: { id }, labels }) => [id, labels]),
  };
}

describe('the profile otterize', () => {
  it('writes what the operator writes, where nothing is wrong with it', () => {
    let written = 0;
    fc.assert(
      fc.property(worldArb, ({ present, kinds, types, edges, egress, externalTraffic }) => {
        const at = (index: number): string => present[index % present.length] ?? '';
        const declared = edges.map(([from, to, through]) =>
          intents(at(from), through ? callsService(at(to)) : calls(at(to))),
        );
        const options = { profile: 'otterize', egress: egress ? 'always' : 'off', externalTraffic } as const;
        const resources = resourcesOf(present, kinds, types);
        const here = compiled(resources, declared, options);
        const operator = compiled(resources, declared, { ...options, strictOtterize: true });
        const differs = here.findings.filter(({ id }) => id === 'otterize-differs');
        written += here.policies.length;
        if (!egress || declared.length === 0) {
          expect(differs).toEqual([]);
          expect(printed(here)).toEqual(printed(operator));
        } else {
          expect(differs.map(({ message }) => message.includes('port 53'))).toEqual([true]);
        }
      }),
      { numRuns: 150 },
    );
    expect(written).toBeGreaterThan(150);
  });

  it('never differs from the operator without a finding', () => {
    fc.assert(
      fc.property(
        worldArb,
        fc.constantFrom('[Deployment]', '[StatefulSet]', ''),
        ({ present, kinds, types, edges, egress }, kind) => {
          const at = (index: number): string => present[index % present.length] ?? '';
          const declared = edges.map(([from, to]) =>
            intents(`${at(from)}${kind}`, calls(`${at(to)}${kind}`, 8080)),
          );
          const options = { profile: 'otterize', egress: egress ? 'always' : 'off' } as const;
          const resources = resourcesOf(present, kinds, types);
          const here = compiled(resources, declared, options);
          const operator = compiled(resources, declared, { ...options, strictOtterize: true });
          const same = JSON.stringify(printed(here)) === JSON.stringify(printed(operator));
          expect(here.findings.some(({ id }) => id === 'otterize-differs')).toBe(!same);
        },
      ),
      { numRuns: 150 },
    );
  });
});
