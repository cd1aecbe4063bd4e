import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Testing } from 'cdk8s';
import { ClientIntents, IntentsCompiler, Target, type IntentsCompilerOptions } from 'cdk8s-intents';
import { attach, deployment, namespace, type Manifest } from './apps';

const folder = mkdtempSync(join(tmpdir(), 'lock-'));
const LOCK = join(folder, 'dns-lock.yaml');
writeFileSync(
  LOCK,
  'version: 1\nnames:\n  api.stripe.com: { addresses: [203.0.113.7], resolved: "2026-06-01", ttl: 300 }\n',
);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function synth(options: IntentsCompilerOptions): { policies: Manifest[]; said: string[] } {
  const app = Testing.app();
  const chart = namespace(app, 'shop');
  const pay = deployment(chart, 'pay');
  new ClientIntents(chart, 'pay-calls', {
    workload: pay,
    targets: [Target.internet({ domains: ['api.stripe.com'], ports: [443] })],
  });
  const { findings } = attach(app, { egress: true, today: '2026-06-02', ...options });
  const policies = (Testing.synth(chart) as Manifest[]).filter(({ kind }) => /NetworkPolicy$/.test(kind));
  return { policies, said: findings().map(({ severity, id }) => `${severity} ${id}`) };
}

describe('domain names of an app', () => {
  it('open the addresses that a lock file has, and are proved', () => {
    const { policies, said } = synth({ dnsLock: LOCK });
    expect(JSON.stringify(policies)).toContain('"cidr":"203.0.113.7/32"');
    expect(said.filter((line) => !line.startsWith('info'))).toEqual([]);
    expect(said).not.toContain('info outside-call-not-proved');
  });

  it('warn when the lock is old', () => {
    expect(synth({ dnsLock: LOCK, today: '2026-08-01' }).said).toContain('warning dns-lock-stale');
  });

  it('fail for a lock file that is not there', () => {
    expect(() => synth({ dnsLock: join(folder, 'none.yaml') })).toThrow(/there is no lock file/);
  });

  it.each([
    ['cilium', 'CiliumNetworkPolicy', 'cilium.io/v2'],
    ['calico-enterprise', 'NetworkPolicy', 'projectcalico.org/v3'],
  ] as const)('are handed to %s, and the proof says that it leaves them out', (cni, kind, apiVersion) => {
    const { policies, said } = synth({ cni });
    expect(policies.map((policy) => [policy.kind, policy.apiVersion])).toContainEqual([kind, apiVersion]);
    expect(said.filter((line) => !line.startsWith('info'))).toEqual([]);
    expect(said).toContain('info outside-call-not-proved');
    expect(said).not.toContain('warning outside-the-model');
  });

  it('are refused with a plugin that is misspelt', () => {
    const cni = 'cillium' as 'cilium';
    expect(() => IntentsCompiler.attach(Testing.app(), { cni })).toThrow(/Did you mean "cilium"\?/);
  });
});
