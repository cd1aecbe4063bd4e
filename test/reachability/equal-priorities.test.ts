import { buildCluster } from '../../src/model/build-cluster';
import { policyId } from '../../src/policies/policy-id';
import { readPolicies } from '../../src/policies/read-policies';
import { evaluate } from '../../src/reachability/evaluate';
import type { CniProfileName, Peer } from '../../src/reachability/reachability';
import { reevaluate } from '../../src/reachability/reevaluation/reevaluate';
import { ineffectiveRules } from '../../src/reachability/rule-effects';
import { resourcesOf } from '../policies/resource-fixture';
import { netpol, object, pod, World } from './world';

const PODS = pod('app', 'a', 'app: a') + pod('app', 'b', 'app: b');

interface Written {
  readonly tier?: 'Admin' | 'Baseline';
  readonly priority?: number;
  readonly subject?: string;
}

/** Rules are `Accept 80` or `Deny`. */
function cnp(name: string, rules: readonly string[], written: Written = {}): string {
  const { tier = 'Admin', priority = 5, subject = 'namespaces: {}' } = written;
  const items = rules.map((rule) => {
    const [action = '', port] = rule.split(' ');
    const ports =
      port === undefined ? '' : `, protocols: [{ tcp: { destinationPort: { number: ${port} } } }]`;
    return `{ action: ${action}, from: [{ namespaces: {} }]${ports} }`;
  });
  return object(
    'policy.networking.k8s.io/v1alpha2',
    'ClusterNetworkPolicy',
    name,
    `tier: ${tier}, priority: ${priority}, subject: { ${subject} }, ingress: [${items.join(', ')}]`,
  );
}

function ask(policies: string, port = 80, cni: CniProfileName = 'kubernetes'): string {
  return new World(PODS + policies, { cni }).ask('app/a', 'app/b', `TCP ${port}`);
}

/**
 * "If two (or more) policies in the same tier with the same priority could match a connection, then the implementation can
 * apply any of the matching policies to the connection" (network-policy-api v1alpha2, ClusterNetworkPolicySpec.priority).
 */
describe('policies of one priority', () => {
  const [accept, deny] = [cnp('accept', ['Accept']), cnp('deny', ['Deny'])];

  it('leave open what they disagree about, whatever their names and the order of the input', () => {
    expect(ask(accept + deny)).toBe('unknown');
    expect(ask(deny + accept)).toBe('unknown');
    expect(ask(cnp('a', ['Deny']) + cnp('z', ['Accept']))).toBe('unknown');
  });

  it('decide what they agree about', () => {
    const policies = cnp('one', ['Accept 80', 'Deny']) + cnp('other', ['Accept 80', 'Accept 81', 'Deny']);
    expect([ask(policies, 80), ask(policies, 81), ask(policies, 82)]).toEqual(['allow', 'unknown', 'deny']);
  });

  it('decide what only one of them speaks of', () => {
    const policies = cnp('one', ['Accept 80']) + cnp('other', ['Deny 81']);
    expect([ask(policies, 80), ask(policies, 81), ask(policies, 82)]).toEqual(['allow', 'deny', 'allow']);
  });

  it('leave open whether the next tier is asked, where one of them passes', () => {
    const policies = cnp('pass', ['Pass']) + accept;
    expect(ask(policies + netpol('app', 'none', 'podSelector: {}'))).toBe('unknown');
    expect(ask(policies + netpol('app', 'all', 'podSelector: {}, ingress: [{}]'))).toBe('allow');
  });

  it('are ordered by the first of three that none contests', () => {
    const first = cnp('first', ['Deny 80'], { priority: 4 });
    expect(ask(first + accept + deny)).toBe('deny');
    expect(ask(cnp('pass', ['Pass']) + accept + deny)).toBe('unknown');
  });

  it('do not meet in different tiers, of different pods, or of other priorities', () => {
    const baseline = cnp('deny', ['Deny'], { tier: 'Baseline' });
    const only = (app: string): string =>
      `pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: ${app} } } }`;
    const others = cnp('deny', ['Deny'], { subject: only('a') });
    const later = cnp('deny', ['Deny'], { priority: 6 });
    for (const other of [baseline, others, later]) {
      const world = new World(PODS + cnp('accept', ['Accept'], { subject: only('b') }) + other);
      expect([world.ask('app/a', 'app/b'), world.findingIds]).toEqual(['allow', []]);
    }
  });

  it('go by the name where the plugin does (calico-policy-model 5.1, kube-network-policies 1.1.1)', () => {
    for (const cni of ['calico', 'kube-network-policies'] as const) {
      expect(ask(accept + deny, 80, cni)).toBe('allow');
      expect(ask(cnp('a', ['Deny']) + cnp('z', ['Accept']), 80, cni)).toBe('deny');
    }
  });

  it('are undecided in v1alpha1 too: "the behavior is undefined if two ANP objects have same priority"', () => {
    const anp = (name: string, action: string): string =>
      object(
        'policy.networking.k8s.io/v1alpha1',
        'AdminNetworkPolicy',
        name,
        `priority: 5, subject: { namespaces: {} }, ingress: [{ action: ${action}, from: [{ namespaces: {} }] }]`,
      );
    expect(ask(anp('one', 'Allow') + anp('other', 'Deny'))).toBe('unknown');
  });

  describe('what is said', () => {
    const world = (cni: CniProfileName): World => new World(PODS + accept + deny, { cni });

    it('is a warning on the later of the two that names both, a pod, and what follows', () => {
      const [found] = world('kubernetes').reachability.findings;
      expect(found).toMatchObject({ id: 'equal-priority', severity: 'warning' });
      expect(found?.message).toBe(
        'ClusterNetworkPolicy/accept and ClusterNetworkPolicy/deny have the same priority (5), select the same pods (app/a[Pod] among them) and have rules with different actions. The API leaves open which of them is asked, so connections about which they disagree are undecided.',
      );
    });

    it('says whom a plugin asks first that goes by the name', () => {
      const [found] = world('calico').reachability.findings;
      expect(found?.message).toContain('asks ClusterNetworkPolicy/accept first; another may not.');
    });

    it('is not said of policies that cannot disagree', () => {
      expect(new World(PODS + accept + cnp('more', ['Accept 80'])).findingIds).not.toContain(
        'equal-priority',
      );
    });

    it('explains by both', () => {
      const asked = world('kubernetes');
      const { ingress } = asked.reachability.explain(asked.peer('app/a'), asked.peer('app/b'), 6, 80);
      expect(ingress.verdict).toBe('unknown');
      expect(ingress.decidedBy.map(({ policy, action }) => `${policy.name} ${action}`)).toEqual([
        'accept allow',
        'deny deny',
      ]);
    });

    it('calls no rule without effect that may be the one that is asked', () => {
      expect(ineffectiveRules(world('kubernetes').reachability)).toEqual([]);
      expect(ineffectiveRules(world('calico').reachability).map(({ policy }) => policyId(policy))).toEqual([
        'ClusterNetworkPolicy/deny',
      ]);
    });
  });

  it('are open after a change that brings the second of them, and decided after one that takes it', () => {
    const model = (yaml: string) => {
      const resources = resourcesOf(yaml);
      return [buildCluster(resources), readPolicies(resources)] as const;
    };
    const [cluster, first] = model(PODS + accept);
    const [from, to] = cluster.workloads.map((workload): Peer => ({ type: 'workload', workload }));
    if (from === undefined || to === undefined) throw new Error('two pods are needed');
    const before = evaluate(cluster, first);
    const come = reevaluate(before, cluster, model(PODS + accept + deny)[1]).reachability;
    const gone = reevaluate(come, cluster, model(PODS + deny)[1]).reachability;
    const undecided = [before, come, gone].map((reachability) =>
      reachability.connection(from, to).undecided.contains(6, 80),
    );
    expect(undecided).toEqual([false, true, false]);
    expect(come.findings.map(({ id }) => id)).toContain('equal-priority');
  });
});
