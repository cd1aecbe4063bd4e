import { deployment, lines, policy, read } from './proof-fixture';
import type { OutsideCall } from '../../src/compiler/compilation';
import type { InternetTarget } from '../../src/intents/client-intents';
import { NOWHERE } from '../../src/model/place';
import { proveDeclaredOutside } from '../../src/proof/declared-outside';

const WEB = deployment('web');

function egress(name: string, rules: string): string {
  return policy(name, `podSelector: {}, policyTypes: [Egress], egress: [${rules}]`);
}

function judge(yaml: string, target: Partial<InternetTarget> | 'api', api: readonly string[] = []): string[] {
  const { cluster, reachability } = read(yaml);
  const [client] = cluster.workloads;
  if (client === undefined) throw new Error('the fixture has no client');
  const call: OutsideCall = {
    intents: {
      name: 'web-calls',
      namespace: 'shop',
      client: { namespace: 'shop', name: 'web' },
      targets: [],
      place: NOWHERE,
    },
    target:
      target === 'api'
        ? { type: 'kubernetes-api', place: NOWHERE }
        : { type: 'internet', domains: [], ips: [], ports: [], ...target, place: NOWHERE },
    client,
  };
  return lines(proveDeclaredOutside(reachability, [call], api));
}

const https = { port: 443, protocol: 'TCP' } as const;
const ips = ['1.2.3.0/24'];

describe('proveDeclaredOutside (DESIGN, What proof means: declared implies allowed, external addresses too)', () => {
  it('holds while nothing restricts the client', () => {
    expect(judge(WEB, { ips, domains: ['example.com'], ports: [https] })).toEqual([]);
    expect(judge(WEB, 'api')).toEqual([]);
  });

  it('fails for an address that no rule opens, and names policy, address and port', () => {
    expect(judge(WEB + egress('deny', ''), { ips, ports: [https] })).toEqual([
      'error declared-call-denied: The declared call of shop/web[Deployment] to 1.2.3.0/24 would not work on TCP 443: egress of shop/web[Deployment] is denied by NetworkPolicy/shop/deny',
    ]);
  });

  it('fails for a part of the addresses and of the ports', () => {
    const half = egress('half', '{ to: [{ ipBlock: { cidr: 1.2.3.0/25 } }], ports: [{ port: 443 }] }');
    expect(judge(WEB + half, { ips, ports: [https, { port: 80, protocol: 'TCP' }] })).toEqual([
      'error declared-call-denied: The declared call of shop/web[Deployment] to 1.2.3.0/24 would not work on TCP 80 for 1.2.3.0-1.2.3.127: egress of shop/web[Deployment] is denied by NetworkPolicy/shop/half',
      'error declared-call-denied: The declared call of shop/web[Deployment] to 1.2.3.0/24 would not work on TCP 80, 443 for 1.2.3.128-1.2.3.255: egress of shop/web[Deployment] is denied by NetworkPolicy/shop/half',
    ]);
  });

  it('holds for a wide block where just the metadata address is shut out, and fails where that is named', () => {
    const open = egress(
      'world',
      '{ to: [{ ipBlock: { cidr: 0.0.0.0/0, except: [169.254.169.254/32] } }], ports: [{ port: 443 }] }',
    );
    expect(judge(WEB + open, { ips: ['0.0.0.0/0'], ports: [https] })).toEqual([]);
    expect(judge(WEB + open, { ips: ['169.254.169.254'], ports: [https] })).toHaveLength(1);
  });

  it('warns where no port is named and only some get through, and fails where none does', () => {
    const some = egress('some', '{ to: [{ ipBlock: { cidr: 1.2.3.0/24 } }], ports: [{ port: 443 }] }');
    expect(judge(WEB + some, { ips })).toEqual([
      expect.stringMatching(/^warning declared-call-partly-allowed: .* to 1\.2\.3\.0\/24 names no port/),
    ]);
    expect(judge(WEB + egress('deny', ''), { ips })).toEqual([
      expect.stringMatching(/^error declared-call-denied: .* would not work on any port: /),
    ]);
  });

  it('proves the endpoints of the Kubernetes API that are given', () => {
    const api = egress('api', '{ to: [{ ipBlock: { cidr: 10.0.0.1/32 } }], ports: [{ port: 6443 }] }');
    expect(judge(WEB + api, 'api', ['10.0.0.1:6443'])).toEqual([]);
    expect(judge(WEB + api, 'api', ['10.0.0.1:6443', '10.0.0.2:6443'])).toEqual([
      'error declared-call-denied: The declared call of shop/web[Deployment] to the Kubernetes API at 10.0.0.2/32 would not work on TCP 6443: egress of shop/web[Deployment] is denied by NetworkPolicy/shop/api',
    ]);
  });

  it('says what it does not cover: domains, and an API server at an address nobody gave', () => {
    expect(judge(WEB + egress('deny', ''), { domains: ['example.com'], ports: [https] })).toEqual([
      'info outside-call-not-proved: The declared call of shop/web[Deployment] to example.com, whose addresses are not in the intents, is not covered by the proof: policies restrict the egress of the client',
    ]);
    const world = egress(
      'world',
      '{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }, { ipBlock: { cidr: "::/0" } }], ports: [{ port: 443 }] }',
    );
    expect(judge(WEB + world, { domains: ['example.com'], ports: [https] })).toEqual([]);
    expect(judge(WEB + world, { domains: ['example.com'] })).toHaveLength(1);
    expect(judge(WEB + egress('deny', ''), 'api')).toEqual([
      expect.stringMatching(
        /^info outside-call-not-proved: .* the Kubernetes API, whose address is not known/,
      ),
    ]);
  });
});
