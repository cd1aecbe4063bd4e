/**
 * One whole process of a synth, for bench/synth.ts: builds an app of N workloads in N/10 namespaces with 3 N intents
 * and synthesises it. `compiled` attaches the compiler; `plain` builds the very same objects by hand, from the
 * manifests that the compiled run wrote.
 *
 *   node bench/synth-app.js compiled|plain WORKLOADS OUTDIR [MANIFESTS]
 */
import { ApiObject, App, Chart } from 'cdk8s';
import { ClientIntents, DefaultDeny, IntentsCompiler, Target } from 'cdk8s-intents';
import { readFileSync } from 'node:fs';

const CALLS = 3;
const PER_NAMESPACE = 10;

function compiled(app: App, count: number): void {
  const charts: Chart[] = [];
  const workloads: ApiObject[] = [];
  for (let i = 0; i < count; i++) {
    if (i % PER_NAMESPACE === 0) charts.push(namespace(app, `team-${i / PER_NAMESPACE}`));
    const chart = charts.at(-1)!;
    workloads.push(workload(chart, `app-${i}`));
    service(chart, `app-${i}`);
  }
  workloads.forEach((client, i) => {
    const targets = Array.from({ length: CALLS }, (_, call) =>
      Target.workload(workloads[(i * 7 + call * 31 + 1) % count]!),
    );
    new ClientIntents(client.chart, `app-${i}-calls`, { workload: client, targets });
  });
  for (const chart of charts) new DefaultDeny(chart, 'default-deny');
  IntentsCompiler.attach(app);
}

function namespace(app: App, name: string): Chart {
  const chart = new Chart(app, name, { namespace: name });
  new ApiObject(chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  return chart;
}

function workload(chart: Chart, name: string): ApiObject {
  return new ApiObject(chart, name, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels: { app: name } },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name, tier: 'backend' } },
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
}

function service(chart: Chart, name: string): void {
  new ApiObject(chart, `${name}-service`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  });
}

/** The objects that another run wrote, one chart a namespace. */
function plain(app: App, manifests: string): void {
  const objects = JSON.parse(readFileSync(manifests, 'utf8')) as Record<string, any[]>;
  for (const [namespace, items] of Object.entries(objects)) {
    const chart = new Chart(app, namespace);
    items.forEach((item, index) => new ApiObject(chart, String(index), item));
  }
}

const [mode, count, outdir, manifests] = process.argv.slice(2);
const app = new App({ outdir: outdir! });
if (mode === 'compiled') compiled(app, Number(count));
else plain(app, manifests!);
app.synth();
// Processor time of the whole process: steadier than the clock where the machine has other work.
const { user, system } = process.cpuUsage();
process.stdout.write(String((user + system) / 1000));
