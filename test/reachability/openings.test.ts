import { printConnections } from '../../src/reachability/sets/connection-print';
import { gnp, netpol, pod, tier, World } from './world';

const API = 'podSelector: { matchLabels: { app: api } }';
const IN = "selector: app == 'api', types: [Ingress]";
const PODS = ['api', 'other', 'web'].map((name) => pod('shop', name, `app: ${name}`)).join('');

const from = (name: string): string => `source: { selector: app == '${name}' }`;
const peer = (name: string): string => `from: [{ podSelector: { matchLabels: { app: ${name} } } }]`;

/** Whom the policies open the way for, the workloads by name, addresses by their number. */
function openings(yaml: string, of = 'shop/api'): unknown {
  const world = new World(yaml);
  const workload = world.workload(of);
  const opened = world.reachability.openings(workload, 'ingress');
  const names = (list: readonly { readonly name: string }[]): string =>
    list.map(({ name }) => name).join(' ');
  return opened.map(({ workloads, addresses, policies }) => [
    names(workloads),
    addresses.length,
    names(policies),
  ]);
}

describe('openings of a pod that policies isolate', () => {
  it('name every policy with a rule that lets the peer in, each once, in the order they are asked', () => {
    const b = netpol(
      'shop',
      'b',
      `${API}, ingress: [{ ${peer('web')}, ports: [{ port: 1 }] }, { ${peer('web')}, ports: [{ port: 2 }] }]`,
    );
    const a = gnp('a', `order: 2000, ${IN}, ingress: [{ action: Allow, protocol: TCP, ${from('web')} }]`);
    expect(openings(PODS + a + b)).toEqual([['web', 0, 'b a']]);
  });

  it('tell peers apart that the same is open to by different policies', () => {
    const rule = (name: string): string => `${API}, ingress: [{ ${peer(name)}, ports: [{ port: 80 }] }]`;
    const yaml = PODS + netpol('shop', 'w', rule('web')) + netpol('shop', 'o', rule('other'));
    // In the order of the peers, not of the policies.
    expect(openings(yaml)).toEqual([
      ['other', 0, 'o'],
      ['web', 0, 'w'],
    ]);
    const world = new World(yaml);
    const admitted = world.reachability.admissions(world.workload('shop/api'), 'ingress');
    const said = admitted.map(({ workloads, addresses, verdict }) => [
      workloads.map(({ name }) => name),
      addresses,
      printConnections(verdict.allowed),
    ]);
    expect(said).toEqual([[['other', 'web'], [], 'TCP 80']]);
  });

  it('list peers by id, whichever of them no policy tells apart', () => {
    const pods =
      ['x1', 'x3'].map((name) => pod('shop', name, 'app: x')).join('') +
      pod('shop', 'x2', 'app: x, extra: yes');
    expect(openings(PODS + pods + netpol('shop', 'p', `${API}, ingress: [{ ${peer('x')} }]`))).toEqual([
      ['x1 x2 x3', 0, 'p'],
    ]);
  });

  it('put peers together that the same policies open the way for, wherever they stand', () => {
    const either = '{ matchExpressions: [{ key: app, operator: In, values: [api, web] }] }';
    const rule = `${API}, ingress: [{ from: [{ podSelector: ${either} }], ports: [{ port: 80 }] }]`;
    const rest = `${API}, ingress: [{ ${peer('other')}, ports: [{ port: 81 }] }]`;
    expect(openings(PODS + netpol('shop', 'p', rule) + netpol('shop', 'q', rest))).toEqual([
      ['api web', 0, 'p'],
      ['other', 0, 'q'],
    ]);
  });

  it('name no rule that denies, nor one behind it for what it denies', () => {
    const deny = gnp(
      'deny',
      `order: 1, ${IN}, ingress: [{ action: Deny, protocol: TCP, destination: { ports: [80] } }]`,
    );
    const rule = (port: number): string => `${API}, ingress: [{ ports: [{ port: ${port} }] }]`;
    expect(openings(PODS + deny + netpol('shop', 'p80', rule(80)) + netpol('shop', 'p81', rule(81)))).toEqual(
      [['api other web', 2, 'p81']],
    );
  });

  it('name no rule that denies what one before it has let in', () => {
    const allow = gnp(
      'allow',
      `order: 1, ${IN}, ingress: [{ action: Allow, protocol: TCP, ${from('web')} }]`,
    );
    const deny = gnp('deny', `order: 2, ${IN}, ingress: [{ action: Deny }]`);
    expect(openings(PODS + allow + deny)).toEqual([['web', 0, 'allow']]);
  });

  it('name a rule that allows in any tier', () => {
    const early = gnp('early.g', `tier: early, ${IN}, ingress: [{ action: Allow, ${from('web')} }]`);
    const isolates = netpol('shop', 'isolates', API);
    expect(openings(PODS + tier('early', 5, 'Pass') + early + isolates)).toEqual([['web', 0, 'early.g']]);
    expect(openings(PODS + tier('early', 5) + early + isolates)).toEqual([['web', 0, 'early.g']]);
  });

  it('name a rule that passes where the tier would have denied, and none where it would not (calico-policy-model 5.3)', () => {
    const early = (end: string): string =>
      tier('early', 5, end) +
      gnp('early.g', `tier: early, ${IN}, ingress: [{ action: Pass, ${from('web')} }]`);
    const open = netpol('shop', 'open', `${API}, ingress: [{ ${peer('web')} }]`);
    expect(openings(PODS + early('Deny') + open)).toEqual([['web', 0, 'early.g open']]);
    expect(openings(PODS + early('Pass') + open)).toEqual([['web', 0, 'open']]);
    expect(openings(PODS + early('Deny'))).toEqual([['web', 0, 'early.g']]);
  });

  it('keep peers of different IP versions apart where rules do', () => {
    const podAt = (name: string, ...ips: readonly string[]): string =>
      `${pod('shop', name, `app: ${name}`).trimEnd()}\nstatus: { podIPs: [${ips.map((ip) => `{ ip: '${ip}' }`).join(', ')}] }\n`;
    const pods =
      podAt('api', '10.0.0.1', 'fd00::1') +
      podAt('four', '10.0.0.2') +
      podAt('six', 'fd00::3') +
      podAt('two', '10.0.0.4', 'fd00::4');
    const four = gnp(
      'four',
      `${IN}, ingress: [{ action: Allow, ipVersion: 4, protocol: TCP }, { action: Allow, ipVersion: 6, protocol: UDP }]`,
    );
    const world = new World(pods + four);
    const groups = world.reachability.openings(world.workload('shop/api'), 'ingress');
    const said = groups.map(({ workloads, verdict: { allowed, undecided } }) => [
      workloads.map(({ name }) => name).join(' '),
      [6, 17]
        .map((protocol) =>
          allowed.contains(protocol, 80) ? 'allow' : undecided.contains(protocol, 80) ? 'unknown' : 'deny',
        )
        .join(' '),
    ]);
    expect(said.filter(([workloads]) => workloads !== '')).toEqual([
      ['api two', 'unknown unknown'],
      ['four', 'allow deny'],
      ['six', 'deny allow'],
    ]);
  });
});

describe('openings of a pod that no policy isolates', () => {
  it('name no policy, even where one has a rule that allows', () => {
    const early =
      tier('early', 5, 'Pass') +
      gnp('early.g', `tier: early, ${IN}, ingress: [{ action: Allow, ${from('web')} }]`);
    expect(openings(PODS + early)).toEqual([['api other web', 2, '']]);
    expect(openings(PODS + early, 'shop/web')).toEqual([['api other web', 2, '']]);
  });
});
