import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Testing, Yaml } from 'cdk8s';
import { ClientIntents, ExternalAccess, NamespaceBaseline, Target } from 'cdk8s-intents';
import { attach, deployment, namespace, type Manifest } from '../../constructs/apps';

const TERMS = { owner: 'team-pay', reason: 'Callbacks of the card scheme, PAY-7', expires: '2026-12-31' };

/**
 * A shop under a baseline for both directions, which a scraper and the pods of the namespace pass; pay is called from
 * outside, and calls the outside, by two exceptions. What is written and found, `today`.
 */
function synth(today: string): { said: string[]; written: string; failure: string } {
  const app = Testing.app();
  const monitoring = namespace(app, 'monitoring');
  deployment(monitoring, 'prometheus');
  const shop = namespace(app, 'shop');
  const web = deployment(shop, 'web', { port: 8080 });
  const pay = deployment(shop, 'pay', { port: 8443 });
  new NamespaceBaseline(shop, 'baseline', {
    egress: true,
    from: [{ namespace: 'monitoring', labels: { app: 'prometheus' }, ports: [9090] }],
    kubernetesApi: ['10.0.0.1:6443'],
    labels: { team: 'shop' },
  });
  new ClientIntents(shop, 'web-calls', { workload: web, targets: [Target.workload(pay)] });
  new ExternalAccess(shop, 'callbacks', {
    ...TERMS,
    workload: pay,
    direction: 'ingress',
    cidrs: ['203.0.113.0/24', '2001:db8::/32'],
    ports: [8443],
  });
  new ExternalAccess(shop, 'scheme', {
    ...TERMS,
    expires: 'never',
    workload: pay,
    direction: 'egress',
    cidrs: ['198.51.100.7'],
    ports: [443],
  });
  const { findings } = attach(app, { today });
  let failure = '';
  let written: Manifest[] = [];
  try {
    written = Testing.synth(shop) as Manifest[];
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  const shown = written.filter(({ kind }) => kind !== 'Deployment');
  return {
    said: findings().map(
      ({ severity, id, message, mend }) => `# ${severity} ${id}: ${message}\n#   Mend: ${mend}\n`,
    ),
    written: shown.map((manifest) => Yaml.stringify(manifest)).join('---\n'),
    failure,
  };
}

/** Compares with the reviewed file, which UPDATE_SCENARIOS=1 writes anew. */
function expectGolden(file: string, text: string): void {
  const golden = join(__dirname, 'exceptions', file);
  if (process.env['UPDATE_SCENARIOS'] === '1') writeFileSync(golden, text);
  expect(text).toBe(readFileSync(golden, 'utf8'));
}

describe('a baseline and exceptions from it', () => {
  it('are policies that say who answers for them, and what they open is declared', () => {
    const { said, written, failure } = synth('2026-06-01');
    expect(failure).toBe('');
    expectGolden('holds.yaml', said.join('') + written);
  });

  it('warn in the weeks before the last day, and hold on it', () => {
    expectGolden('expires-soon.txt', synth('2026-12-20').said.join(''));
    expect(synth('2026-12-31').failure).toBe('');
  });

  it('fail the synth after the last day', () => {
    expectGolden('expired.txt', `${synth('2027-01-01').failure.trim()}\n`);
  });
});
