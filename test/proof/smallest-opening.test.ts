import { Script } from 'node:vm';
import { Testing } from 'cdk8s';
import * as intents from 'cdk8s-intents';
import { DENY_INGRESS, deployment, service } from './proof-fixture';
import { namespace as namespaceOf } from '../constructs/apps';
import { folderOf } from '../cli/cli-run';
import { namespace, staged } from '../compiler/enforcement/staged-fixture';
import { findCutOffWorkloads } from '../../src/proof/cut-off-workloads';
import { buildCluster } from '../../src/model/build-cluster';
import type { Finding } from '../../src/model/finding';
import { readPolicies } from '../../src/policies/read-policies';
import { evaluate } from '../../src/reachability/evaluate';
import { readManifests } from '../../src/sources/manifest';

const CLIENT = deployment('web');
const BARE = deployment('cart', { port: 8080 });
const SERVED = BARE + service('cart');
const INGRESS = `
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop }
spec: { defaultBackend: { service: { name: cart, port: { number: 80 } } } }
`;
const WEBHOOK = `
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: check }
webhooks: [{ name: a, clientConfig: { service: { name: cart, namespace: shop, port: 80 } } }]
`;
const MONITOR = `
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: { name: m, namespace: shop }
spec: { selector: { matchLabels: { svc: cart } } }
`;

/** Findings about workloads that are cut off, in a cluster where all that stands is this. */
function cutOff(yaml: string): Finding[] {
  const { resources } = readManifests(yaml, { file: 'all.yaml' });
  const cluster = buildCluster(resources);
  return findCutOffWorkloads(cluster, evaluate(cluster, readPolicies(cluster.resources)));
}

/** What a finding proposes, with what only its user knows filled in. */
function mendOf(yaml: string): string {
  const [finding] = cutOff(yaml + DENY_INGRESS);
  return (finding?.mend ?? '')
    .replaceAll('<client>', 'web')
    .replaceAll('<cidr>', '203.0.113.0/28')
    .replaceAll('<owner>', 'team')
    .replaceAll('<reason>', 'because')
    .replaceAll('<day>', '2999-12-31');
}

/** The findings about cut-off workloads once the code of a mend is in the app. */
function withCode(yaml: string, mend: string): string[] {
  const [, code = ''] =
    /(new ClientIntents\(.*?(?=, or in a manifest)|new ExternalAccess\(.*?\}\))/.exec(mend) ?? [];
  expect(code).not.toBe('');
  const app = Testing.app();
  const chart = namespaceOf(app, 'shop');
  const file = `${folderOf({ 'all.yaml': yaml + DENY_INGRESS })}/all.yaml`;
  new intents.ManifestInclude(chart, 'all', { file });
  new Script(code).runInNewContext({ ...intents, chart });
  let found: readonly Finding[] = [];
  intents.IntentsCompiler.attach(app, {
    externalTraffic: 'off',
    webhookTraffic: 'off',
    onFindings: (findings) => {
      found = findings;
    },
  });
  app.synthYaml();
  return found
    .filter(({ id, severity }) => id === 'cut-off-workload' || severity === 'error')
    .map(({ id }) => id);
}

describe('the smallest opening of a cut-off workload', () => {
  it.each<[string, string]>([
    ['a Service', SERVED],
    ['a container port', BARE],
    ['a port of UDP', BARE.replace('containerPort: 8080', 'containerPort: 53, protocol: UDP')],
    ['a StatefulSet', BARE.replace('kind: Deployment', 'kind: StatefulSet')],
    ['two Services', SERVED + service('cart').replaceAll('name: cart', 'name: cart-2')],
  ])('is ClientIntents that open it, in TypeScript and in YAML: %s', (_what, server) => {
    const yaml = server + CLIENT;
    const mend = mendOf(yaml);
    expect(mend).toMatch(/^Declare the calls of its clients: new ClientIntents/);
    expect(withCode(yaml, mend)).toEqual([]);

    const [, spec = ''] = /spec: (\{.*\})\.$/.exec(mend) ?? [];
    const declared = `
---
apiVersion: k8s.otterize.com/v2beta1
kind: ClientIntents
metadata: { name: web, namespace: shop }
spec: ${spec}
`;
    const { proof, compilation } = staged(namespace('shop') + yaml + DENY_INGRESS + declared, {});
    expect([...compilation.findings, ...proof].filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(proof.map(({ id }) => id)).not.toContain('cut-off-workload');
  });

  it.each<[string, string, RegExp]>([
    ['an Ingress', INGRESS, /^Let traffic from outside in, by the compiler \(externalTraffic\)/],
    ['the API server', WEBHOOK, /^Let the API server in, by the compiler \(webhookTraffic/],
  ])('is an ExternalAccess for %s, which opens it', (_what, caller, words) => {
    const yaml = SERVED + CLIENT + caller;
    const mend = mendOf(yaml);
    expect(mend).toMatch(words);
    expect(mend).toContain('ports: [8080]');
    expect(withCode(yaml, mend)).toEqual([]);
  });

  it('is ClientIntents of the scraper for a monitor', () => {
    const yaml = SERVED + CLIENT + MONITOR;
    const mend = mendOf(yaml);
    expect(mend).toMatch(/^Let the scraper in, by the compiler \(metricsScrapers/);
    expect(withCode(yaml, mend)).toEqual([]);
  });

  it('speaks of each kind of caller that is known', () => {
    const mend = mendOf(SERVED + CLIENT + INGRESS + WEBHOOK + MONITOR);
    expect(mend.match(/Let (the API server|traffic from outside|the scraper) in/g)).toHaveLength(3);
    expect(mend).not.toContain('its clients');
  });
});
