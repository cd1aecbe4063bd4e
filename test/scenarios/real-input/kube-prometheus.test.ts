import { ApiObject, type Chart } from 'cdk8s';
import { DefaultDeny } from 'cdk8s-intents';
import { readPolicies } from '../../../src/policies/read-policies';
import {
  changedObjects,
  describeApplication,
  filesOf,
  NOTHING_AUTOMATIC,
  said,
  serious,
  synthesize,
} from './applications';
import { connectionsOf, differences } from './connections';
import { cutOffRows, cutOffs } from './cut-off-rows';
import { expectTable } from './doc-tables';

const NAMESPACE = 'monitoring';
const LABELS = { 'app.kubernetes.io/part-of': 'kube-prometheus' };

/** The pods that the operator makes, as far as the custom resources tell: labels of `spec.podMetadata`, known ports. */
function operatorPods(chart: Chart): void {
  const statefulSet = (name: string, labels: Record<string, string>, ports: Record<string, number>): void => {
    const containers = [
      {
        name: 'main',
        image: 'main',
        ports: Object.entries(ports).map(([port, containerPort]) => ({ name: port, containerPort })),
      },
    ];
    new ApiObject(chart, `${name}-pods`, {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers } },
      },
    });
  };
  const of = (component: string, instance: string, name: string): Record<string, string> => ({
    ...LABELS,
    'app.kubernetes.io/component': component,
    'app.kubernetes.io/instance': instance,
    'app.kubernetes.io/name': name,
  });
  statefulSet('prometheus-k8s', of('prometheus', 'k8s', 'prometheus'), { web: 9090, 'reloader-web': 8080 });
  statefulSet('alertmanager-main', of('alert-router', 'main', 'alertmanager'), {
    web: 9093,
    'reloader-web': 8080,
  });
}

describeApplication('kube-prometheus', () => {
  const files = filesOf('kube-prometheus');
  const withoutPolicies = files.filter((file) => !file.endsWith('-networkPolicy.yaml'));
  const deny = (chart: Chart): void => {
    new DefaultDeny(chart, 'deny');
  };
  const own = synthesize({ namespace: NAMESPACE, files, compiler: NOTHING_AUTOMATIC });
  const together = synthesize({ namespace: NAMESPACE, files, add: deny });
  const bare = { namespace: NAMESPACE, files: withoutPolicies, add: deny };
  const alone = synthesize({ ...bare, compiler: NOTHING_AUTOMATIC });

  it('is brought in unchanged, one include for each file', () => {
    expect(changedObjects(files, NAMESPACE, together)).toEqual([]);
    expect(together.cluster.workloads.map(({ id }) => id)).toEqual([
      'monitoring/blackbox-exporter[Deployment]',
      'monitoring/grafana[Deployment]',
      'monitoring/kube-state-metrics[Deployment]',
      'monitoring/node-exporter[DaemonSet]',
      'monitoring/prometheus-adapter[Deployment]',
      'monitoring/prometheus-operator[Deployment]',
    ]);
  });

  it('says that the pods of Prometheus and Alertmanager are the making of an operator, and not known', () => {
    expect(said(together, 'unknown-workload-kind')).toEqual([
      expect.stringMatching(/^info Alertmanager\/monitoring\/main: An operator makes pods/),
      expect.stringMatching(/^info Prometheus\/monitoring\/k8s: An operator makes pods/),
    ]);
  });

  it('says which of its eight policies select nothing that a policy could isolate', () => {
    const names = readPolicies(own.cluster.resources).kubernetes.map(({ name }) => name);
    const found = own.findings.filter(
      ({ id }) => id === 'policy-selects-nothing' || id === 'policy-on-host-network',
    );
    const why = new Map(found.map(({ object, message }) => [object, message.replace(/^.*?: /, '')]));
    expect(names).toHaveLength(8);
    expect(why.size).toBe(3);
    expectTable(
      'kube-prometheus-policies',
      ['Policy', 'What it selects'],
      names.map((name) => [`\`${name}\``, why.get(`NetworkPolicy/monitoring/${name}`) ?? 'its Deployment']),
    );
  });

  it('composes: the default deny takes away nothing that its own policies let through', () => {
    expect(differences(connectionsOf(own), connectionsOf(together))).toEqual([]);
    expect(serious(together)).toEqual([
      'warning policy-on-host-network NetworkPolicy/monitoring/node-exporter',
    ]);
    expect(said(together, 'host-network-not-covered')).toEqual([
      expect.stringContaining('monitoring/node-exporter[DaemonSet] uses the network of its node'),
    ]);
  });

  it('names who is cut off, with the callers that its own Services and monitors tell of', () => {
    expect([...cutOffs(alone)].map(([name, { severity }]) => `${severity} ${name}`)).toEqual([
      'warning blackbox-exporter',
      'warning grafana',
      'warning kube-state-metrics',
      'warning prometheus-adapter',
      'warning prometheus-operator',
    ]);
    // The policies that came along let in what the operator makes: no error of theirs, so a note.
    expect([...cutOffs(together)].map(([name, { severity }]) => `${severity} ${name}`)).toEqual([
      'info blackbox-exporter',
      'info grafana',
      'info kube-state-metrics',
      'info prometheus-operator',
    ]);
    expectTable(
      'kube-prometheus-cut-off',
      ['Workload', 'Service', 'Called by', 'With its own policies'],
      cutOffRows(alone, together),
    );
  });

  it('warns that metrics of the API server are lost with the default deny alone', () => {
    expect(said(alone, 'api-server-cut-off')).toEqual([
      expect.stringMatching(
        /prometheus-adapter\[Deployment\] on TCP 6443 for APIService\/v1beta1\.metrics\.k8s\.io/,
      ),
    ]);
    expect(said(together, 'api-server-cut-off')).toEqual([]);
  });

  it('keeps what the API server and the named Prometheus ask for, by policies that say why', () => {
    const opened = synthesize({
      ...bare,
      compiler: { metricsScrapers: ['monitoring/prometheus-k8s'], controlPlaneCidrs: ['203.0.113.0/28'] },
    });
    expect([...cutOffs(opened)].filter(([, { severity }]) => severity === 'warning')).toEqual([]);
    expect(serious(opened)).toEqual([]);
    expect(readPolicies(opened.cluster.resources).kubernetes.map(({ name }) => name)).toEqual([
      'apiservice-v1beta1.metrics.k8s.io-access-to-prometheus-adapter',
      'default-deny-ingress',
      'metrics-collection-access-to-service-blackbox-exporter',
      'metrics-collection-access-to-service-grafana',
      'metrics-collection-access-to-service-kube-state-metrics',
      'metrics-collection-access-to-service-prometheus-adapter',
      'metrics-collection-access-to-service-prometheus-operator',
    ]);
  });

  it('is judged whole once the workloads of the operator are added: then nobody is cut off', () => {
    const add = (chart: Chart): void => {
      deny(chart);
      operatorPods(chart);
    };
    const whole = synthesize({ namespace: NAMESPACE, files, add });
    expect(cutOffs(whole)).toEqual(new Map());
    expect(said(whole, 'policy-selects-nothing')).toEqual([]);
    const connections = connectionsOf(whole);
    expect(connections.get('prometheus-k8s > grafana')).toBe('TCP 3000');
    expect(connections.get('grafana > prometheus-k8s')).toBe('TCP 9090');
    expect(connections.get('prometheus-k8s > alertmanager-main')).toBe('TCP 8080, 9093');
    expect(connections.get('grafana > alertmanager-main')).toBe('none');
  });
});
