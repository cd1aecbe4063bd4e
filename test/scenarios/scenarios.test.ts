import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { applied } from '../compiler/applied';
import { compile } from '../../src/compiler/compile';
import type { Compilation, CompileOptions } from '../../src/compiler/compilation';
import { presentReachability } from '../../src/compiler/present-policies';
import { readDnsLock } from '../../src/intents/dns-lock';
import { readIntents } from '../../src/intents/read-intents';
import { buildCluster } from '../../src/model/build-cluster';
import type { Finding } from '../../src/model/finding';
import { prove } from '../../src/proof/prove';
import { readManifests } from '../../src/sources/manifest';

const LOCK = readDnsLock({
  version: 1,
  names: {
    'api.stripe.com': { addresses: ['203.0.113.7', '2001:db8::7'], resolved: '2026-06-01', ttl: 300 },
  },
});

/**
 * Manifests in, the whole output out: `input.yaml` of each folder against the reviewed file of the same folder, which
 * UPDATE_SCENARIOS=1 writes anew. What comes out is also applied and proved; the proof must find no error.
 */
const SCENARIOS: readonly {
  readonly folder: string;
  readonly output: string;
  readonly options?: CompileOptions;
}[] = [
  { folder: 'load-balancer', output: 'seed' },
  { folder: 'load-balancer', output: 'otterize', options: { profile: 'otterize' } },
  { folder: 'load-balancer', output: 'off', options: { externalTraffic: 'off' } },
  { folder: 'load-balancer-without-intents', output: 'seed' },
  { folder: 'load-balancer-without-intents', output: 'always', options: { externalTraffic: 'always' } },
  { folder: 'ingress-controller', output: 'seed' },
  { folder: 'ingress-controller', output: 'selectors', options: { profile: 'selectors' } },
  { folder: 'egress-default-deny', output: 'seed', options: { kubernetesApi: ['10.0.0.1:6443'] } },
  {
    folder: 'egress-default-deny',
    output: 'otterize',
    options: { profile: 'otterize', kubernetesApi: ['10.0.0.1:6443'] },
  },
  {
    folder: 'egress-default-deny',
    output: 'selectors',
    options: { profile: 'selectors', kubernetesApi: ['10.0.0.1:6443'] },
  },
  {
    folder: 'otterize-change-over',
    output: 'otterize',
    options: { profile: 'otterize', egress: 'always', kubernetesApi: ['192.168.0.2:6443'] },
  },
  {
    folder: 'otterize-change-over',
    output: 'strict',
    options: { profile: 'otterize', egress: 'always', strictOtterize: true },
  },
  { folder: 'egress-calico', output: 'seed' },
  { folder: 'egress-domains', output: 'locked', options: { egress: 'always', dnsLock: LOCK } },
  { folder: 'staged-adoption', output: 'shadow', options: { enforcement: { default: 'shadow' } } },
  {
    folder: 'staged-adoption',
    output: 'billing',
    options: { enforcement: { default: 'shadow', namespaces: { billing: 'enforce' } } },
  },
  {
    folder: 'staged-adoption',
    output: 'ledger',
    options: { enforcement: { default: 'shadow', workloads: { 'billing/ledger': 'enforce' } } },
  },
  { folder: 'external-sources', output: 'seed' },
  { folder: 'external-sources', output: 'nodes-known', options: { nodeCidrs: ['10.0.0.0/16'] } },
  { folder: 'ingress-unknown', output: 'seed' },
  {
    folder: 'ingress-unknown',
    output: 'named',
    options: { ingressControllers: ['ingress-nginx/ingress-nginx-controller'] },
  },
  { folder: 'gateway-routes', output: 'seed' },
  { folder: 'webhooks', output: 'seed' },
  { folder: 'webhooks', output: 'control-plane', options: { controlPlaneCidrs: ['203.0.113.0/28'] } },
  { folder: 'webhooks', output: 'off', options: { webhookTraffic: 'off' } },
  { folder: 'metrics-scrapers', output: 'seed', options: { metricsScrapers: ['monitoring/prometheus'] } },
  {
    folder: 'metrics-scrapers',
    output: 'otterize',
    options: { profile: 'otterize', metricsScrapers: ['monitoring/prometheus'] },
  },
  { folder: 'metrics-scrapers', output: 'not-named' },
  { folder: 'attacked-names', output: 'seed' },
  { folder: 'attacked-names', output: 'otterize', options: { profile: 'otterize' } },
  { folder: 'attacked-names', output: 'selectors', options: { profile: 'selectors' } },
];

/** Everything that was made, in one YAML stream, and what was found. */
function print({ policies, podLabels, namespaceLabels, findings }: Compilation): string {
  const labels = {
    pods: Object.fromEntries(podLabels.map(({ workload, labels }) => [workload.id, labels])),
    namespaces: Object.fromEntries(namespaceLabels.map(({ namespace, labels }) => [namespace, labels])),
  };
  const said = findings.map(
    ({ severity, id, message, mend }) => `# ${severity} ${id}: ${message}\n#   Mend: ${mend}\n`,
  );
  const documents = [...policies.map(({ manifest }) => manifest), { labels }];
  return `${said.join('')}${documents.map((document) => stringify(document, { lineWidth: 0 })).join('---\n')}`;
}

function errors(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ severity }) => severity === 'error')
    .map(({ id, message }) => `${id}: ${message}`);
}

describe('scenarios', () => {
  it.each(SCENARIOS)('$folder gives $output.yaml, and the proof holds', ({ folder, output, options }) => {
    const input = readFileSync(join(__dirname, folder, 'input.yaml'), 'utf8');
    const { resources, findings } = readManifests(input, { file: 'input.yaml' });
    const intents = readIntents(resources);
    const cluster = buildCluster(resources);
    // What the model has to say of an Ingress is a note.
    expect(
      [...findings, ...intents.findings, ...cluster.findings].filter(({ severity }) => severity !== 'info'),
    ).toEqual([]);

    const present = presentReachability(cluster);
    const result = compile(cluster, intents.intents, {
      ...options,
      protectedServices: intents.protectedServices,
      present,
    });
    const golden = join(__dirname, folder, `${output}.yaml`);
    if (process.env['UPDATE_SCENARIOS'] === '1') writeFileSync(golden, print(result));
    expect(print(result)).toBe(readFileSync(golden, 'utf8'));

    const after = applied(cluster, result);
    const proof = prove({ ...after, compilation: result, denies: [] });
    expect(errors(proof.findings)).toEqual([]);
    const again = compile(after.cluster, intents.intents, {
      ...options,
      protectedServices: intents.protectedServices,
      present: presentReachability(after.cluster),
    });
    expect(again.policies.map(({ manifest }) => manifest)).toEqual(
      result.policies.map(({ manifest }) => manifest),
    );
  });

  it('the policy for the load balancer goes with the intent that isolates the server', () => {
    const input = readFileSync(join(__dirname, 'load-balancer', 'input.yaml'), 'utf8');
    const { resources } = readManifests(input, { file: 'input.yaml' });
    const names = (declared: ReturnType<typeof readIntents>['intents']): string[] =>
      compile(buildCluster(resources), declared).policies.map(({ name }) => name);
    expect(names(readIntents(resources).intents)).toEqual([
      'access-to-frontend-from-shop',
      'external-access-to-frontend-external',
    ]);
    expect(names([])).toEqual([]);
  });

  it('has a case for every file', () => {
    const files = readdirSync(__dirname, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) => readdirSync(join(__dirname, name)).map((file) => `${name}/${file}`))
      .filter((file) => file.endsWith('.yaml') && !file.endsWith('/input.yaml'));
    expect(files.sort()).toEqual(SCENARIOS.map(({ folder, output }) => `${folder}/${output}.yaml`).sort());
  });
});
