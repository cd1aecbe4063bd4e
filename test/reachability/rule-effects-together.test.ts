import fc from 'fast-check';
import { buildCluster } from '../../src/model/build-cluster';
import type { Cluster } from '../../src/model/cluster';
import { DIRECTIONS } from '../../src/policies/direction';
import type { NetworkPolicy } from '../../src/policies/kubernetes/network-policy';
import type { CalicoPolicy } from '../../src/policies/calico/policy';
import type { Policy, PolicySet } from '../../src/policies/policy';
import { evaluate } from '../../src/reachability/evaluate';
import { printConnections } from '../../src/reachability/sets/connection-print';
import type { Peer, Reachability } from '../../src/reachability/reachability';
import { ineffectiveRules } from '../../src/reachability/rule-effects';
import { resourcesOf } from '../policies/resource-fixture';
import { object } from './world';
import { PODS, world, ingress, global, from } from './rule-effects-fixture';

describe('rules that change no verdict', () => {
  const labels = fc.constantFrom('app: web', 'app: orders', 'tier: back', 'tier: front', 'app: gone');
  const ports = fc.constantFrom(
    '',
    '{ port: 80 }',
    '{ port: 80, endPort: 90 }',
    '{ protocol: UDP, port: 80 }',
  );
  const peer = fc.oneof(
    fc.tuple(labels, ports).map(([one, port]) => from(one, port)),
    ports.map((port) => `{ from: [{ namespaceSelector: {} }]${port === '' ? '' : `, ports: [${port}]`} }`),
    fc.constantFrom(
      '{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }',
      '{ from: [{ ipBlock: { cidr: 10.1.0.0/16 } }] }',
    ),
  );
  const selector = fc.constantFrom(
    '{}',
    '{ matchLabels: { tier: back } }',
    '{ matchLabels: { app: orders } }',
  );
  const kubernetes = fc
    .array(fc.tuple(fc.array(peer, { maxLength: 4 }), selector), { maxLength: 4 })
    .map((list) => list.map(([rules, pods], index) => ingress(`k${index}`, rules.join(', '), pods)).join(''));
  const calicoRule = fc
    .tuple(
      fc.constantFrom('Allow', 'Deny', 'Pass'),
      fc.constantFrom(
        '',
        ', source: { selector: app == "web" }',
        ', source: { selector: tier == "back" }',
        ', protocol: TCP, destination: { ports: [80] }',
        ', source: { nets: [10.0.0.0/8] }',
      ),
    )
    .map(([action, match]) => `{ action: ${action}${match} }`);
  const calico = fc
    .array(
      fc.tuple(
        fc.array(calicoRule, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('', 'order: 10,', 'tier: early,'),
      ),
      {
        maxLength: 3,
      },
    )
    .map(
      (list) =>
        object('projectcalico.org/v3', 'Tier', 'early', 'order: 10') +
        list
          .map(([rules, rest], index) =>
            global(rest.startsWith('tier') ? `early.c${index}` : `c${index}`, rules.join(', '), rest),
          )
          .join(''),
    );

  it('can all go together', () => {
    fc.assert(
      fc.property(kubernetes, calico, (some, others) => {
        const { reachability, policies } = world(some + others);
        const gone = ineffectiveRules(reachability);
        const rest = evaluate(buildCluster(resourcesOf(PODS)), without(policies, gone), { cni: 'calico' });
        expect(verdicts(rest)).toEqual(
          verdicts(evaluate(buildCluster(resourcesOf(PODS)), policies, { cni: 'calico' })),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('are all that there are: without any other rule of NetworkPolicies some verdict changes', () => {
    const cluster = buildCluster(resourcesOf(PODS));
    fc.assert(
      fc.property(kubernetes, (some) => {
        const { reachability, policies } = world(some);
        const left = without(policies, ineffectiveRules(reachability));
        const whole = verdicts(evaluate(cluster, left));
        for (const policy of left.kubernetes)
          for (const rule of policy.ingress.filter((one) => !isIdle(one))) {
            const fewer = { ...policy, ingress: policy.ingress.filter((one) => one !== rule) };
            const kubernetes = left.kubernetes.map((one) => (one === policy ? fewer : one));
            expect(verdicts(evaluate(cluster, { ...left, kubernetes }))).not.toEqual(whole);
          }
      }),
      { numRuns: 40 },
    );
  });
});

function without(policies: PolicySet, gone: ReturnType<typeof ineffectiveRules>): PolicySet {
  const drop = (policy: Policy, direction: string): Set<number> =>
    new Set(
      gone
        .filter((one) => one.policy === policy && one.direction === direction)
        .map(({ rule }) => rule.index),
    );
  const rest = <T extends NetworkPolicy | CalicoPolicy>(policy: T): T => {
    const kept = DIRECTIONS.map((direction) => [
      direction,
      [...policy[direction]].filter((_, index) => !drop(policy, direction).has(index)),
    ]);
    return { ...policy, ...Object.fromEntries(kept) };
  };
  return { ...policies, kubernetes: policies.kubernetes.map(rest), calico: policies.calico.map(rest) };
}

/** What each pod lets in from all pods, itself (its replicas) included, and from some addresses. */
function verdicts(reachability: Reachability & { cluster?: Cluster }): string[] {
  const { workloads } = reachability.cluster ?? { workloads: [] };
  const peers: Peer[] = [
    ...workloads.map((workload): Peer => ({ type: 'workload', workload })),
    ...[0x0a000001n, 0x0a010001n, 0xc0000001n].map((first): Peer => ({
      type: 'addresses',
      version: 4,
      first,
      last: first,
    })),
  ];
  return workloads.flatMap((workload) =>
    peers.map((peer) => {
      const { allowed, undecided } = reachability.side(workload, 'ingress', peer);
      return `${printConnections(allowed)} / ${printConnections(undecided)}`;
    }),
  );
}

/** Rules that match nothing, or that a wider block of addresses may take in. */
function isIdle({ peers }: NetworkPolicy['ingress'][number]): boolean {
  return /gone|bigint/.test(
    JSON.stringify(peers, (_, value: unknown) => (typeof value === 'bigint' ? 'bigint' : value)),
  );
}
