import { ApiObject, Chart, Testing, type App } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  ClientIntents,
  IntentsCompiler,
  Target,
  type Finding,
  type IntentsCompilerOptions,
} from 'cdk8s-intents';

/** A manifest as tests look at it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  spec: any;
}

/** A Deployment as plain as can be. */
export function deployment(
  scope: Construct,
  name: string,
  { port, labels }: { port?: number; labels?: Record<string, string> } = {},
): ApiObject {
  return new ApiObject(scope, name, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name, ...labels } },
        spec: {
          containers: [
            { name, image: name, ...(port === undefined ? {} : { ports: [{ containerPort: port }] }) },
          ],
        },
      },
    },
  });
}

/** A chart with its Namespace object. */
export function namespace(app: App, name: string): Chart {
  const chart = new Chart(app, name, { namespace: name });
  new ApiObject(chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  return chart;
}

/** The worked example: client calls server. */
export function workedExample(app: App = Testing.app()): {
  app: App;
  chart: Chart;
  client: ApiObject;
  server: ApiObject;
} {
  const chart = namespace(app, 'otterize-tutorial-npol');
  const client = deployment(chart, 'client');
  const server = deployment(chart, 'server', { port: 8080 });
  new ClientIntents(chart, 'client-calls', { workload: client, targets: [Target.workload(server)] });
  return { app, chart, client, server };
}

/** Attaches the compiler and keeps what it finds instead of printing it. */
export function attach(
  app: App,
  options: IntentsCompilerOptions = {},
): { findings: () => readonly Finding[]; runs: () => number } {
  let last: readonly Finding[] = [];
  let runs = 0;
  IntentsCompiler.attach(app, {
    ...options,
    onFindings: (findings) => {
      last = findings;
      runs++;
    },
  });
  return { findings: () => last, runs: () => runs };
}

/** The manifests of a chart. */
export function synth(chart: Chart): Manifest[] {
  return Testing.synth(chart) as Manifest[];
}

/** One manifest by kind and name; throws when it is not there. */
export function find(manifests: readonly Manifest[], kind: string, name: string): Manifest {
  const found = manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  if (found === undefined)
    throw new Error(
      `no ${kind} ${name} among ${manifests.map((m) => `${m.kind} ${m.metadata.name}`).join(', ')}`,
    );
  return found;
}

/** The findings a person must act on. */
export function serious(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ severity }) => severity !== 'info')
    .map(({ severity, id, message }) => `${severity} ${id}: ${message}`);
}
