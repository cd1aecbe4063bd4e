import { ApiObject, Chart, Testing, type App } from 'cdk8s';
import { IntentsCompiler, type Finding, type IntentsCompilerOptions } from 'cdk8s-intents';
import { cliOn } from './cli-run';
import { deployment } from '../constructs/apps';

/** Two namespaces, calls between them, a load balancer, a protected server, egress to an address. */
function build(): App {
  const app = Testing.app();
  // In a chart without a namespace: cdk8s would stamp it on the Namespace objects.
  const cluster = new Chart(app, 'namespaces');
  for (const name of ['shop', 'tools']) {
    new ApiObject(cluster, name, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  for (const name of ['frontend', 'cart', 'vault']) deployment(shop, name, { port: 8080 });
  const tools = new Chart(app, 'tools', { namespace: 'tools' });
  deployment(tools, 'probe');
  service(shop, 'cart', { port: 80, targetPort: 8080 });
  service(shop, 'frontend', { port: 80, targetPort: 8080 }, 'LoadBalancer');
  intents(shop, 'frontend', [
    { kubernetes: { name: 'cart', kind: 'Deployment' } },
    { internet: { ips: ['203.0.113.7'], ports: [443] } },
  ]);
  intents(tools, 'probe', [{ service: { name: 'cart.shop' } }, { kubernetes: { name: 'frontend.shop' } }]);
  new ApiObject(shop, 'vault-protected', {
    apiVersion: 'k8s.otterize.com/v2beta1',
    kind: 'ProtectedService',
    metadata: { name: 'vault' },
    spec: { name: 'vault' },
  });
  return app;
}

function service(chart: Chart, name: string, port: object, type = 'ClusterIP'): void {
  new ApiObject(chart, `${name}-service`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { type, selector: { app: name }, ports: [port] },
  });
}

function intents(chart: Chart, name: string, targets: object[]): void {
  new ApiObject(chart, `${name}-intents`, {
    apiVersion: 'k8s.otterize.com/v2beta1',
    kind: 'ClientIntents',
    metadata: { name },
    spec: { workload: { name }, targets },
  });
}

/** Each document of a stream by what it is, as text. */
function byId(stream: string): Map<string, string> {
  const documents = stream.split(/^---\n/m).filter((text) => text.trim() !== '');
  return new Map(
    documents.map((text) => {
      const at = (pattern: RegExp): string => pattern.exec(text)?.[1] ?? '';
      const id = [at(/^kind: (.*)$/m), at(/^ {2}namespace: (.*)$/m), at(/^ {2}name: (.*)$/m)].join('/');
      return [id, text];
    }),
  );
}

/** What a finding says; places are lines here and constructs there. */
function said({ severity, id, object = '', message }: Finding): string {
  return [severity, id, object, message].join(' ');
}

const CASES: readonly (readonly [string, IntentsCompilerOptions, readonly string[]])[] = [
  ['seed', {}, []],
  ['otterize', { profile: 'otterize' }, ['--profile', 'otterize']],
  ['selectors', { profile: 'selectors' }, ['--profile', 'selectors']],
  ['egress', { egress: true }, ['--egress']],
  ['externalTraffic always', { externalTraffic: 'always' }, ['--external-traffic', 'always']],
];

describe('cdk8s synth and intents compile', () => {
  it.each(CASES)('write the same objects byte for byte (%s)', async (_, options, words) => {
    const plain = byId(build().synthYaml());
    const app = build();
    let found: readonly Finding[] = [];
    IntentsCompiler.attach(app, {
      ...options,
      onFindings: (findings) => {
        found = findings;
      },
    });
    const synthesized = byId(app.synthYaml());
    const differing = [...synthesized].filter(([id, text]) => plain.get(id) !== text);

    const input = [...plain.values()].join('---\n');
    const { out, code } = await cliOn(input, 'compile', '-', ...words);
    expect(code).toBe(0);
    expect([...byId(out)].sort()).toEqual(differing.sort());
    expect(differing.filter(([id]) => id.startsWith('NetworkPolicy/')).length).toBeGreaterThan(3);

    const json = await cliOn(input, 'compile', '-', '-o', 'json', ...words);
    const findings: readonly Finding[] = JSON.parse(json.out).findings;
    expect(findings.map(said).sort()).toEqual(found.map(said).sort());
    expect(findings.length).toBeGreaterThan(0);
  });
});
