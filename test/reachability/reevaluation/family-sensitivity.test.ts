import { WholeEngine } from '../../../src/reachability/engine';
import {
  mayTellFamiliesApart,
  type FamilySensitivity,
} from '../../../src/reachability/reevaluation/family-sensitivity';
import type { ReachabilityOptions } from '../../../src/reachability/reachability';
import { cidrs } from '../world';
import { modelOf } from './changed-model';
import { calico, clusterWide, gnp, hostPod, ingressOf, netpol, placedPod, pod, pods } from './objects';

const POD = pod('web', { app: 'a' });

function sensitivity(objects: readonly object[], options: ReachabilityOptions = {}): FamilySensitivity {
  const { cluster, policies } = modelOf(objects);
  return new WholeEngine(cluster, policies, options).sensitivity;
}

const ofPolicies = (...policies: readonly object[]): string[] => {
  const { versions, blocks, byLabels } = sensitivity([POD, ...policies]);
  return Object.entries({ versions, blocks, byLabels }).flatMap(([key, is]) => (is ? [key] : []));
};

const OPEN = { action: 'Allow' };
const rules = (...list: readonly object[]): object =>
  gnp('x', { types: ['Ingress', 'Egress'], ingress: [OPEN, ...list] });
const outward = (...list: readonly object[]): object =>
  gnp('x', { types: ['Egress'], egress: [OPEN, ...list] });

describe('what may make rules meet ends differently in IPv4 and IPv6', () => {
  it.each<[string, object, readonly string[]]>([
    ['selects pods only', ingressOf('a', [pods('b')]), []],
    ['is open to all', netpol('x', { podSelector: {}, ingress: [{}] }), []],
    ['names a block', ingressOf('a', [pods('b'), { ipBlock: { cidr: '10.0.0.0/8' } }]), ['blocks']],
    [
      'names a block on the way out',
      netpol('x', {
        podSelector: {},
        policyTypes: ['Egress'],
        egress: [{ to: [{ ipBlock: { cidr: '::/0' } }] }],
      }),
      ['blocks'],
    ],
    ['of Calico selects pods only', rules({ action: 'Allow', source: { selector: "app == 'a'" } }), []],
    [
      'of Calico names a source',
      rules({ action: 'Allow', source: { nets: ['10.0.0.0/8'] } }),
      ['blocks', 'byLabels'],
    ],
    [
      'of Calico names a target',
      outward({ action: 'Allow', destination: { nets: ['10.0.0.0/8'] } }),
      ['blocks', 'byLabels'],
    ],
    [
      'of Calico leaves a source out',
      rules({ action: 'Allow', source: { notNets: ['10.0.0.0/8'] } }),
      ['versions', 'byLabels'],
    ],
    [
      'of Calico leaves a target out',
      outward({ action: 'Allow', destination: { notNets: ['10.0.0.0/8'] } }),
      ['versions', 'byLabels'],
    ],
    ['of Calico is of a version', rules({ action: 'Allow', ipVersion: 6 }), ['versions', 'byLabels']],
    [
      'of a namespace and Calico is of a version',
      calico(
        'NetworkPolicy',
        'x',
        { types: ['Egress'], egress: [OPEN, { action: 'Deny', ipVersion: 4 }] },
        { namespace: 'shop' },
      ),
      ['versions', 'byLabels'],
    ],
    [
      'of the whole cluster selects pods only',
      clusterWide('x', {
        tier: 'Admin',
        priority: 1,
        subject: { namespaces: {} },
        ingress: [{ action: 'Deny', from: [{ namespaces: {} }] }],
      }),
      [],
    ],
    [
      'of the whole cluster names networks',
      clusterWide('x', {
        tier: 'Admin',
        priority: 1,
        subject: { namespaces: {} },
        egress: [{ action: 'Deny', to: [{ namespaces: {} }, { networks: ['10.0.0.0/8'] }] }],
      }),
      ['blocks'],
    ],
  ])('a policy that %s', (_, policy, found) => {
    expect(ofPolicies(policy)).toEqual(found);
    expect(ofPolicies(ingressOf('q', [pods('b')], 'plain'), policy)).toEqual(found);
  });

  it('a rule beside others that name none', () => {
    const block = { ipBlock: { cidr: '10.0.0.0/8' } };
    const two = netpol('x', { podSelector: {}, ingress: [{ from: [pods('b')] }, { from: [block] }] });
    expect(ofPolicies(two)).toEqual(['blocks']);
    const networks = [
      { action: 'Deny', to: [{ namespaces: {} }] },
      { action: 'Deny', to: [{ networks: ['10.0.0.0/8'] }] },
    ];
    const subject = { namespaces: {} };
    const admin = clusterWide('x', { tier: 'Admin', priority: 1, subject, egress: networks });
    expect(ofPolicies(admin)).toEqual(['blocks']);
  });

  it('a network set, which an admin policy may mean by namespaces where Calico enforces it', () => {
    const set = calico('NetworkSet', 'set', { nets: ['10.0.0.0/8'] }, { namespace: 'shop' });
    const from = (peer: object): object =>
      clusterWide('x', {
        tier: 'Admin',
        priority: 1,
        subject: { namespaces: {} },
        ingress: [{ action: 'Deny', from: [peer] }],
      });
    const blocks = (policy: object, options: ReachabilityOptions, ...sets: readonly object[]): boolean =>
      sensitivity([POD, policy, ...sets], options).blocks;
    const onlyPods = { pods: { namespaceSelector: {}, podSelector: {} } };
    expect(blocks(from({ namespaces: {} }), { cni: 'calico' }, set)).toBe(true);
    expect(blocks(from(onlyPods), { cni: 'calico' }, set)).toBe(false);
    expect(blocks(from({ namespaces: {} }), { cni: 'kubernetes' }, set)).toBe(false);
    expect(blocks(from({ namespaces: {} }), { cni: 'calico' })).toBe(false);
  });

  it('a network set, which any rule of Calico may mean, and no other rule', () => {
    const set = calico('GlobalNetworkSet', 'set', { nets: ['10.0.0.0/8'] });
    expect(ofPolicies(set, rules())).toEqual(['blocks', 'byLabels']);
    expect(ofPolicies(set, ingressOf('a', [pods('b')]))).toEqual([]);
  });

  it.each<[string, readonly object[], ReachabilityOptions, boolean]>([
    ['nothing is known of addresses', [POD], {}, false],
    ['a pod has an address', [POD, placedPod('p', {}, '10.0.0.1')], {}, true],
    ['a workload is on the network of its node', [POD, hostPod('h', {})], {}, true],
    ['the ranges of pods are known', [POD], { podCidrs: cidrs('10.0.0.0/8') }, true],
    ['the ranges of nodes are known', [POD], { nodeCidrs: cidrs('10.0.0.0/8') }, false],
  ])('addresses of ends: %s', (_, objects, options, placed) => {
    expect(sensitivity(objects, options).placed).toBe(placed);
  });

  const NONE = { versions: false, blocks: false, byLabels: false, placed: false };
  it.each<[string, readonly Partial<FamilySensitivity>[], boolean]>([
    ['nothing', [{}, {}], false],
    ['versions, before', [{ versions: true }, {}], true],
    ['versions, now', [{}, { versions: true }], true],
    ['blocks without ends of known addresses', [{ blocks: true }, { blocks: true }], false],
    ['known addresses without blocks', [{ placed: true }, { placed: true }], false],
    ['blocks before and known addresses now', [{ blocks: true }, { placed: true }], true],
    ['known addresses before and blocks now', [{ placed: true }, { blocks: true }], true],
    ['labels alone', [{ byLabels: true }, {}], false],
  ])('%s: of the model before and of what is new', (_, parts, apart) => {
    expect(mayTellFamiliesApart(parts.map((part) => ({ ...NONE, ...part })))).toBe(apart);
  });
});
