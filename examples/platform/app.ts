import { App, Chart } from 'cdk8s';
import {
  CALICO_SYSTEM_NAMESPACES,
  CalicoDefaultDeny,
  ClientIntents,
  IntentsCompiler,
  ManifestInclude,
  Target,
} from 'cdk8s-intents';
import { join } from 'node:path';
import { catalog } from './catalog';
import { payments } from './payments';

/** Namespaces whose pods the cluster cannot do without, or that guard themselves. */
const INFRASTRUCTURE = [...CALICO_SYSTEM_NAMESPACES, 'otterize-system', 'tigera-operator'];

/** Charts of several teams and of a vendor under Calico default denies for the whole cluster. */
export function platform(): App {
  const app = new App();
  clusterPolicies(app);
  const { ledger } = payments(app);
  catalog(app);
  reporting(app, ledger);
  IntentsCompiler.attach(app);
  return app;
}

/** What holds in every namespace, those of tomorrow included. */
function clusterPolicies(app: App): void {
  const chart = new Chart(app, 'cluster');
  new CalicoDefaultDeny(chart, 'global-deny-ingress', {
    direction: 'ingress',
    exemptNamespaces: INFRASTRUCTURE,
  });
  new CalicoDefaultDeny(chart, 'global-deny-egress', {
    direction: 'egress',
    exemptNamespaces: INFRASTRUCTURE,
    allow: {
      pods: true,
      kubernetesApi: true,
      internet: { ports: [443], except: ['100.64.0.0/10'] },
    },
  });
}

/** A vendor's chart, as it was rendered; its own policy is left as it is. */
function reporting(app: App, ledger: Parameters<typeof Target.workload>[0]): void {
  const chart = new Chart(app, 'reporting', { namespace: 'reporting' });
  new ManifestInclude(chart, 'vendor', { file: join(__dirname, 'third-party', 'reporting.yaml') });
  new ClientIntents(chart, 'report-builder-calls', {
    workload: { name: 'report-builder', kind: 'Deployment' },
    targets: [Target.workload(ledger, { ports: [5432] })],
  });
}
