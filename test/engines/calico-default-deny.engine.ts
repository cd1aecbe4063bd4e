import {
  calicoDefaultDeny,
  type CalicoDefaultDenyOptions,
} from '../../src/compiler/default-denies/calico-default-deny';
import type { JsonObject } from '../../src/model/json';
import { hasGo } from './build';
import { Engine } from './engine';

const suite = hasGo() ? describe : describe.skip;
if (!hasGo())
  process.stderr.write('SKIPPED: no `go` on the path, so no second opinion on the default deny.\n');

const ADDRESSES = {
  web: '10.244.0.1',
  web6: 'fd00:10::1',
  api: '10.244.0.2',
  api6: 'fd00:10::2',
  dns: '10.244.0.3',
  dns6: 'fd00:10::3',
  fake: '10.244.0.4',
  system: '10.244.0.5',
} as const;

function pod(namespace: string, app: string, ...ips: string[]): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace,
      name: app,
      labels: app === 'dns' || app === 'fake' ? { 'k8s-app': 'kube-dns' } : { app },
    },
    spec: { containers: [{ name: 'main', image: 'x' }] },
    status: { phase: 'Running', podIPs: ips.map((ip) => ({ ip })) },
  };
}

const PODS = [
  pod('shop', 'web', ADDRESSES.web, ADDRESSES.web6),
  pod('shop', 'api', ADDRESSES.api, ADDRESSES.api6),
  pod('kube-system', 'dns', ADDRESSES.dns, ADDRESSES.dns6),
  // Anybody can label a pod like the DNS of the cluster.
  pod('shop', 'fake', ADDRESSES.fake),
  pod('kube-system', 'system', ADDRESSES.system),
];

suite("the default deny under Calico's own code", () => {
  let engine: Engine;
  beforeAll(() => {
    engine = Engine.start('calico');
  }, 1_800_000);
  afterAll(() => engine.stop());

  it('is accepted by its validator, whatever the options', async () => {
    const all: CalicoDefaultDenyOptions[] = [
      { direction: 'ingress' },
      { direction: 'ingress', exemptNamespaces: ['kube-system', 'calico-system'], order: 5000 },
      { direction: 'ingress', tier: 'baseline', name: 'deny-all' },
      { direction: 'egress' },
      { direction: 'egress', allow: { dns: false } },
      {
        direction: 'egress',
        tier: 'baseline',
        allow: {
          pods: true,
          kubernetesApi: true,
          ranges: ['10.0.0.0/16', 'fd00:20::/64'],
          internet: { ports: [443, 80], except: ['203.0.113.0/24', '2001:db8::/32'] },
          dns: { nodeLocalAddresses: ['169.254.20.10', 'fd00::10'] },
        },
      },
    ];
    expect(await engine.validate(all.map((options) => calicoDefaultDeny(options)))).toEqual(
      all.map(() => ''),
    );
  });

  const judge = async (options: CalicoDefaultDenyOptions, cases: readonly Case[]): Promise<string[]> => {
    const packets = cases.map(([from, to, protocol, port]) => ({ from, to, protocol, port }));
    const verdicts = await engine.judge([...PODS, calicoDefaultDeny(options)], packets);
    return verdicts.map(({ egress, ingress }) =>
      egress === 'allow' && ingress === 'allow' ? 'allow' : 'deny',
    );
  };

  it('denies every way into all namespaces but the exempt ones (calico-policy-model 6.1)', async () => {
    const cases: Case[] = [
      [ADDRESSES.web, ADDRESSES.api, TCP, 80, 'deny'],
      [ADDRESSES.web6, ADDRESSES.api6, TCP, 80, 'deny'],
      ['8.8.8.8', ADDRESSES.web, TCP, 443, 'deny'],
      [ADDRESSES.system, ADDRESSES.web, TCP, 443, 'deny'],
      [ADDRESSES.web, ADDRESSES.api, ICMP, 8 * 256, 'deny'],
      [ADDRESSES.web, ADDRESSES.dns, UDP, 53, 'allow'],
      [ADDRESSES.web, '8.8.8.8', TCP, 443, 'allow'],
    ];
    expect(await judge({ direction: 'ingress', exemptNamespaces: ['kube-system'] }, cases)).toEqual(
      expected(cases),
    );
  });

  it('leaves DNS, the internet and nothing else open on the way out', async () => {
    const options: CalicoDefaultDenyOptions = {
      direction: 'egress',
      exemptNamespaces: ['kube-system'],
      allow: {
        internet: { ports: [443], except: ['203.0.113.0/24'] },
        dns: { nodeLocalAddresses: ['169.254.20.10'] },
      },
    };
    const cases: Case[] = [
      [ADDRESSES.web, ADDRESSES.dns, UDP, 53, 'allow'],
      [ADDRESSES.web, ADDRESSES.dns, TCP, 53, 'allow'],
      [ADDRESSES.web6, ADDRESSES.dns6, UDP, 53, 'allow'],
      [ADDRESSES.web, '169.254.20.10', UDP, 53, 'allow'],
      [ADDRESSES.web, ADDRESSES.dns, TCP, 9153, 'deny'],
      [ADDRESSES.web, ADDRESSES.fake, UDP, 53, 'deny'],
      [ADDRESSES.web, '8.8.8.8', TCP, 443, 'allow'],
      [ADDRESSES.web6, '2606:4700::1111', TCP, 443, 'allow'],
      [ADDRESSES.web, '8.8.8.8', TCP, 80, 'deny'],
      [ADDRESSES.web, '8.8.8.8', UDP, 443, 'deny'],
      [ADDRESSES.web, '203.0.113.9', TCP, 443, 'deny'],
      [ADDRESSES.web, '169.254.169.254', TCP, 443, 'deny'],
      [ADDRESSES.web6, 'fd00:ec2::254', TCP, 443, 'deny'],
      [ADDRESSES.web, '192.168.0.10', TCP, 443, 'deny'],
      [ADDRESSES.web, ADDRESSES.api, TCP, 443, 'deny'],
      [ADDRESSES.web6, ADDRESSES.api6, TCP, 443, 'deny'],
      [ADDRESSES.system, ADDRESSES.web, TCP, 443, 'allow'],
    ];
    expect(await judge(options, cases)).toEqual(expected(cases));
  });
});

/** From, to, protocol, port, and what must come out. */
type Case = readonly [string, string, number, number, 'allow' | 'deny'];

const [ICMP, TCP, UDP] = [1, 6, 17];

function expected(cases: readonly Case[]): string[] {
  return cases.map((one) => one[4]);
}
