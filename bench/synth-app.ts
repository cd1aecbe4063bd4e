/**
 * One whole process of a synth, for bench/synth.ts: an app of N workloads in N/10 namespaces with 3 N intents.
 * `compiled` attaches the compiler; `plain` is the same app without it, which writes labels and policies by hand, as
 * the compiled run wrote them.
 *
 *   node .bench/synth-app.js compiled|plain plus|api WORKLOADS OUTDIR [MANIFESTS]
 */
import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import { ClientIntents, DefaultDeny, IntentsCompiler, Target } from 'cdk8s-intents';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as Kplus from 'cdk8s-plus-27';
import type { IConstruct } from 'constructs';

const CALLS = 3;
const PER_NAMESPACE = 10;
type Labels = Record<string, string>;

/** Makes a workload with its Service and its ServiceAccount, as the demo shop of microservices has them. */
type Kit = (chart: Chart, name: string, labels: Labels) => IConstruct;

/** Labels and policies of the output, for an app that writes them by hand. */
interface Written {
  readonly podLabels: ReadonlyMap<string, Labels>;
  readonly namespaceLabels: ReadonlyMap<string, Labels>;
  readonly policies: readonly any[];
}

function build(
  app: App,
  count: number,
  kit: Kit,
  written?: Written,
): { charts: Chart[]; workloads: IConstruct[] } {
  const charts: Chart[] = [];
  const workloads: IConstruct[] = [];
  for (let i = 0; i < count; i++) {
    if (i % PER_NAMESPACE === 0) charts.push(namespace(app, `team-${i / PER_NAMESPACE}`, written));
    workloads.push(kit(charts.at(-1)!, `app-${i}`, written?.podLabels.get(`app-${i}`) ?? {}));
  }
  return { charts, workloads };
}

function compiled(app: App, count: number, kit: Kit): void {
  const { charts, workloads } = build(app, count, kit);
  workloads.forEach((workload, i) => {
    const targets = Array.from({ length: CALLS }, (_, call) =>
      Target.workload(workloads[(i + 1 + call * 31) % count]!),
    );
    new ClientIntents(charts[Math.floor(i / PER_NAMESPACE)]!, `app-${i}-calls`, { workload, targets });
  });
  for (const chart of charts) new DefaultDeny(chart, 'default-deny');
  IntentsCompiler.attach(app);
}

function plain(app: App, count: number, kit: Kit, written: Written): void {
  const { charts } = build(app, count, kit, written);
  const byNamespace = new Map(charts.map((chart) => [chart.namespace, chart]));
  for (const policy of written.policies) {
    new ApiObject(byNamespace.get(policy.metadata.namespace)!, policy.metadata.name, policy);
  }
}

function namespace(app: App, name: string, written: Written | undefined): Chart {
  const chart = new Chart(app, name, { namespace: name });
  const labels = written?.namespaceLabels.get(name);
  const object = new ApiObject(chart, 'namespace', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, ...(labels && { labels }) },
  });
  // What the compiler does for every cluster-scoped object, so that the output is the same.
  if (written !== undefined) object.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
  return chart;
}

const api: Kit = (chart, name, labels) => {
  new ApiObject(chart, `${name}-service`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  });
  new ApiObject(chart, `${name}-account`, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } });
  return new ApiObject(chart, name, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels: { app: name } },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name, tier: 'backend', ...labels } },
        spec: {
          serviceAccountName: name,
          containers: [
            {
              name: 'main',
              image: `ghcr.io/example/${name}:1.0.0`,
              ports: [{ name: 'http', containerPort: 8080 }],
              env: [
                { name: 'LOG_LEVEL', value: 'info' },
                { name: 'PORT', value: '8080' },
              ],
              resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
              readinessProbe: { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 10 },
              securityContext: {
                allowPrivilegeEscalation: false,
                runAsNonRoot: true,
                readOnlyRootFilesystem: true,
              },
            },
          ],
        },
      },
    },
  });
};

/** cdk8s-plus is loaded only where it is measured. */
const plus: Kit = (chart, name, labels) => {
  const kplus = createRequire(__filename)('cdk8s-plus-27') as typeof Kplus;
  new kplus.ServiceAccount(chart, `${name}-account`, { metadata: { name } });
  const deployment = new kplus.Deployment(chart, name, {
    metadata: { name },
    replicas: 2,
    serviceAccount: kplus.ServiceAccount.fromServiceAccountName(chart, `${name}-account-name`, name),
    podMetadata: { labels: { tier: 'backend', ...labels } },
    containers: [
      {
        name: 'main',
        image: `ghcr.io/example/${name}:1.0.0`,
        ports: [{ name: 'http', number: 8080 }],
        envVariables: { LOG_LEVEL: kplus.EnvValue.fromValue('info'), PORT: kplus.EnvValue.fromValue('8080') },
        readiness: kplus.Probe.fromHttpGet('/ready', { port: 8080 }),
      },
    ],
  });
  deployment.exposeViaService({ name, ports: [{ name: 'http', port: 80, targetPort: 8080 }] });
  return deployment;
};

function readWritten(path: string): Written {
  const objects = JSON.parse(readFileSync(path, 'utf8')) as any[];
  const of = (kind: string): any[] => objects.filter((object) => object.kind === kind);
  return {
    podLabels: new Map(
      of('Deployment').map((object) => [object.metadata.name, object.spec.template.metadata.labels]),
    ),
    namespaceLabels: new Map(of('Namespace').map((object) => [object.metadata.name, object.metadata.labels])),
    policies: of('NetworkPolicy'),
  };
}

const [mode, kitName, count, outdir, manifests] = process.argv.slice(2);
const kit = kitName === 'plus' ? plus : api;
const app = new App({ outdir: outdir! });
if (mode === 'compiled') compiled(app, Number(count), kit);
else plain(app, Number(count), kit, readWritten(manifests!));
app.synth();
// Processor time of the whole process: steadier than the clock where the machine has other work.
const { user, system } = process.cpuUsage();
process.stdout.write(String((user + system) / 1000));
