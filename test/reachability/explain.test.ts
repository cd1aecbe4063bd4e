import type { Peer } from '../../src/reachability/reachability';
import { calicoNp, cidrs, gnp, netpol, object, pod, tier, World } from './world';

type Said = readonly (readonly [string, number | undefined, string])[];

const ANP = 'policy.networking.k8s.io/v1alpha1';
const PODS = pod('shop', 'web', 'app: web') + pod('shop', 'api', 'app: api');
const API = 'podSelector: { matchLabels: { app: api } }';
const IN = "selector: app == 'api', types: [Ingress]";
const ISOLATES = netpol('shop', 'isolates', API);
const OPEN = netpol('shop', 'open', `${API}, ingress: [{}]`);
const BASELINE_DENY = object(
  ANP,
  'BaselineAdminNetworkPolicy',
  'default',
  'subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }]',
);

/** A pod whose addresses are known. */
function podAt(name: string, ...ips: readonly string[]): string {
  const podIPs = ips.map((ip) => `{ ip: '${ip}' }`).join(', ');
  return `${pod('shop', name, `app: ${name}`).trimEnd()}\nstatus: { podIPs: [${podIPs}] }\n`;
}

interface Asked {
  readonly from?: string | Peer;
  readonly protocol?: number;
  readonly port?: number;
  readonly podCidrs?: ReturnType<typeof cidrs>;
}

/** What is said of the side of shop/api. */
function ingressOf(yaml: string, { from = 'shop/web', protocol = 6, port = 80, podCidrs }: Asked = {}) {
  const world = new World(yaml, podCidrs === undefined ? {} : { podCidrs });
  const source = typeof from === 'string' ? world.peer(from) : from;
  const { ingress } = world.reachability.explain(source, world.peer('shop/api'), protocol, port);
  const said = ingress.decidedBy.map(({ policy, rule, action }) => [policy.name, rule, action] as const);
  return { verdict: ingress.verdict, isolated: ingress.isolated, said };
}

const saidOf = (yaml: string, asked?: Asked): Said => ingressOf(yaml, asked).said;

describe('what decides within a tier (calico-policy-model 5.3)', () => {
  it('is the first rule that matches, alone where it is one of Calico', () => {
    const rules = '[{ action: Log }, { action: Allow, protocol: TCP }, { action: Allow }]';
    const first = gnp('first', `order: 1, ${IN}, ingress: ${rules}`);
    expect(saidOf(PODS + first + OPEN)).toEqual([['first', 1, 'allow']]);
    expect(saidOf(PODS + first + OPEN, { protocol: 17 })).toEqual([['first', 2, 'allow']]);
  });

  it('is every rule of a NetworkPolicy that allows, and no rule of Calico behind (network-policy-semantics 2.1 item 1)', () => {
    const behind = gnp('behind', `order: 2000, ${IN}, ingress: [{ action: Allow }]`);
    const two = netpol('shop', 'two', `${API}, ingress: [{}, { ports: [{ port: 80 }] }]`);
    const apart = netpol('shop', 'apart', `${API}, ingress: [{ ports: [{ port: 81 }] }]`);
    expect(saidOf(PODS + apart + OPEN + two + behind)).toEqual([
      ['open', 0, 'allow'],
      ['two', 0, 'allow'],
      ['two', 1, 'allow'],
    ]);
  });

  it('is with it what may match before', () => {
    // Nobody knows where in the range of pods the client is.
    const maybe = gnp(
      'maybe',
      `order: 1, ${IN}, ingress: [{ action: Deny, source: { nets: [10.1.0.0/17] } }]`,
    );
    const sure = gnp('sure', `order: 2, ${IN}, ingress: [{ action: Allow }]`);
    const { verdict, said } = ingressOf(PODS + maybe + sure + OPEN, { podCidrs: cidrs('10.1.0.0/16') });
    expect(verdict).toBe('unknown');
    expect(said).toEqual([
      ['maybe', 0, 'deny'],
      ['sure', 0, 'allow'],
    ]);
  });

  it('is every policy of the tier that isolates where none matches, if the tier ends in a deny', () => {
    const other = gnp('other', `${IN}, ingress: [{ action: Allow, protocol: UDP }]`);
    expect(ingressOf(PODS + ISOLATES + other)).toEqual({
      verdict: 'deny',
      isolated: true,
      said: [
        ['isolates', undefined, 'deny'],
        ['other', undefined, 'deny'],
      ],
    });
  });

  it('is the rule for the address of a peer outside', () => {
    const rule = (net: string): string => `{ action: Allow, source: { nets: [${net}] } }`;
    const policy = gnp(
      'nets',
      `${IN}, ingress: [${rule('1.2.3.0/24')}, ${rule('5.0.0.0/8')}, ${rule('2001:db8::/32')}]`,
    );
    expect(saidOf(PODS + policy, { from: '1.2.3.4' })).toEqual([['nets', 0, 'allow']]);
    expect(saidOf(PODS + policy, { from: '5.6.7.8' })).toEqual([['nets', 1, 'allow']]);
    expect(saidOf(PODS + policy, { from: '2001:db8::1' })).toEqual([['nets', 2, 'allow']]);
    expect(saidOf(PODS + policy, { from: '9.9.9.9' })).toEqual([['nets', undefined, 'deny']]);
  });
});

describe('what decides among tiers (calico-policy-model 5.3)', () => {
  const early = (rules: string, end = 'Deny'): string =>
    tier('early', 5, end) + gnp('early.g', `tier: early, ${IN}, ingress: ${rules}`);

  it('is the first tier that decides, and none behind it', () => {
    expect(saidOf(PODS + early('[{ action: Allow }]') + ISOLATES)).toEqual([['early.g', 0, 'allow']]);
    expect(saidOf(PODS + early('[{ action: Deny }]') + OPEN)).toEqual([['early.g', 0, 'deny']]);
    expect(saidOf(PODS + early('[]') + OPEN)).toEqual([['early.g', undefined, 'deny']]);
    expect(saidOf(PODS + OPEN + BASELINE_DENY)).toEqual([['open', 0, 'allow']]);
    expect(saidOf(PODS + ISOLATES + BASELINE_DENY)).toEqual([['isolates', undefined, 'deny']]);
  });

  it('is no rule that passes where another decides', () => {
    expect(saidOf(PODS + early('[{ action: Pass }]') + OPEN)).toEqual([['open', 0, 'allow']]);
    expect(saidOf(PODS + early('[{ action: Pass }]') + ISOLATES)).toEqual([['isolates', undefined, 'deny']]);
  });

  it('is what passes where nothing else decides: every rule that does', () => {
    const late = tier('late', 2_000_000) + gnp('late.g', `tier: late, ${IN}, ingress: [{ action: Pass }]`);
    expect(ingressOf(PODS + early('[{ action: Pass }]') + late)).toEqual({
      verdict: 'allow',
      isolated: true,
      said: [
        ['early.g', 0, 'pass'],
        ['late.g', 0, 'pass'],
      ],
    });
  });

  it('is no policy of a tier that passes at its end', () => {
    expect(ingressOf(PODS + early('[]', 'Pass'))).toEqual({ verdict: 'allow', isolated: false, said: [] });
    expect(saidOf(PODS + early('[]', 'Pass') + ISOLATES)).toEqual([['isolates', undefined, 'deny']]);
  });
});

describe('the IP versions that are looked at', () => {
  const versions = gnp(
    'versions',
    `${IN}, ingress: [{ action: Allow, ipVersion: 4 }, { action: Deny, ipVersion: 6 }]`,
  );
  const FOUR: Said = [['versions', 0, 'allow']];
  const SIX: Said = [['versions', 1, 'deny']];
  const api = podAt('api', '10.0.0.2', 'fd00::2');

  it('are those both ends speak (calico-policy-model 2.3 item 7)', () => {
    const from = (...ips: string[]): Said => saidOf(podAt('web', ...ips) + api + versions);
    expect(from('10.0.0.1')).toEqual(FOUR);
    expect(from('fd00::1')).toEqual(SIX);
    expect(from('10.0.0.1', 'fd00::1')).toEqual([...FOUR, ...SIX]);
    expect(saidOf(PODS + versions)).toEqual([...FOUR, ...SIX]);
    expect(saidOf(PODS + versions, { from: '1.2.3.4' })).toEqual(FOUR);
    expect(saidOf(PODS + versions, { from: '2001:db8::1' })).toEqual(SIX);
  });

  it('are one each for ICMP and ICMPv6', () => {
    expect(saidOf(PODS + versions, { protocol: 1, port: 8 * 256 })).toEqual(FOUR);
    expect(saidOf(PODS + versions, { protocol: 58, port: 128 * 256 })).toEqual(SIX);
  });
});

describe('what decides about ends without policies', () => {
  const host = pod('shop', 'agent', 'app: agent', 'hostNetwork: true');

  it('is nothing: workloads on the host network, addresses, what has finished (network-policy-semantics 2.1 items 13 and 18)', () => {
    const world = new World(PODS + host + ISOLATES);
    const sides = (from: Peer, to: Peer): unknown => {
      const { egress, ingress } = world.reachability.explain(from, to, 6, 80);
      return [egress, ingress].map(({ verdict, isolated, decidedBy }) => [
        verdict,
        isolated,
        decidedBy.length,
      ]);
    };
    const [agent, api, outside] = [world.peer('shop/agent'), world.peer('shop/api'), world.peer('1.2.3.4')];
    expect(sides(api, agent)).toEqual([
      ['allow', false, 0],
      ['allow', false, 0],
    ]);
    expect(sides(outside, api)).toEqual([
      ['allow', false, 0],
      ['deny', true, 1],
    ]);
    expect(sides(outside, outside)).toEqual([
      ['allow', false, 0],
      ['allow', false, 0],
    ]);
  });

  it('is nothing either for a workload that has finished, though nothing reaches it: it is on no network any more', () => {
    const job = `---
apiVersion: batch/v1
kind: Job
metadata: { namespace: shop, name: done }
spec: { template: { metadata: { labels: { app: api } }, spec: { restartPolicy: Never, containers: [{ name: main, image: registry.example/a:1 }] } } }
status: { conditions: [{ type: Complete, status: 'True' }] }
`;
    const world = new World(PODS + job + ISOLATES);
    const [web, done] = [world.peer('shop/web'), world.peer('shop/done')];
    const nothing = { verdict: 'deny', isolated: false, decidedBy: [] };
    expect(world.reachability.explain(web, done, 6, 80)).toEqual({
      verdict: 'deny',
      egress: nothing,
      ingress: nothing,
    });
    expect(world.reachability.explain(done, web, 6, 80)).toEqual({
      verdict: 'deny',
      egress: nothing,
      ingress: nothing,
    });
    expect(world.isolatedBy('shop/done', 'ingress')).toEqual([]);
    expect(world.reachability.openings(world.workload('shop/done'), 'ingress')).toEqual([]);
  });

  it('is nothing for a pod outside the manifests that no policy selects', () => {
    const world = new World(
      PODS + netpol('shop', 'out', 'podSelector: { matchLabels: { app: web } }, policyTypes: [Egress]'),
    );
    const stranger = { type: 'pod', namespace: 'other', labels: {} } as const;
    const { verdict, egress, ingress } = world.reachability.explain(world.peer('shop/web'), stranger, 6, 80);
    expect([verdict, egress.decidedBy.map(({ policy }) => policy.name), ingress]).toEqual([
      'deny',
      ['out'],
      { verdict: 'allow', isolated: false, decidedBy: [] },
    ]);
  });

  it('names each rule once, whatever else has its number', () => {
    const more = calicoNp(
      'shop',
      'more',
      `order: 1, ${IN}, ingress: [{ action: Deny, source: { nets: [10.1.0.0/17] } }]`,
    );
    const maybe = gnp(
      'maybe',
      `order: 2, ${IN}, ingress: [{ action: Deny, source: { nets: [10.1.0.0/17] } }, { action: Allow }]`,
    );
    expect(saidOf(PODS + more + maybe, { podCidrs: cidrs('10.1.0.0/16', 'fd00::/64') })).toEqual([
      ['more', 0, 'deny'],
      ['maybe', 0, 'deny'],
      ['maybe', 1, 'allow'],
    ]);
  });
});
