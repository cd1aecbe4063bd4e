import { jsonAt, isJsonObject, type Json } from '../json';
import type { Labels, Resource } from '../resource';

/**
 * Custom kinds whose operators make pods, by API group. Their objects hold no pod template as Kubernetes knows it, so
 * labels, ports and network of the pods are the operator's to decide and stay unknown.
 */
const KINDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['acid.zalan.do', ['postgresql']],
  ['argoproj.io', ['ArgoCD', 'CronWorkflow', 'Workflow']],
  ['cassandra.datastax.com', ['CassandraDatacenter']],
  ['elasticsearch.k8s.elastic.co', ['Elasticsearch']],
  ['flink.apache.org', ['FlinkDeployment']],
  ['grafana.integreatly.org', ['Grafana']],
  ['jaegertracing.io', ['Jaeger']],
  ['k8s.keycloak.org', ['Keycloak']],
  ['kafka.strimzi.io', ['Kafka', 'KafkaBridge', 'KafkaConnect', 'KafkaMirrorMaker2', 'KafkaNodePool']],
  ['kibana.k8s.elastic.co', ['Kibana']],
  ['kubevirt.io', ['VirtualMachine', 'VirtualMachineInstance']],
  ['minio.min.io', ['Tenant']],
  ['monitoring.coreos.com', ['Alertmanager', 'Prometheus', 'PrometheusAgent', 'ThanosRuler']],
  ['opentelemetry.io', ['OpenTelemetryCollector']],
  ['postgresql.cnpg.io', ['Cluster', 'Pooler']],
  ['rabbitmq.com', ['RabbitmqCluster']],
  ['ray.io', ['RayCluster', 'RayJob', 'RayService']],
  ['sparkoperator.k8s.io', ['ScheduledSparkApplication', 'SparkApplication']],
  ['tekton.dev', ['PipelineRun', 'TaskRun']],
]);

/** Whether an operator is known to make pods from objects of the kind. */
export function isOperatorKind(group: string, kind: string): boolean {
  return KINDS.get(group)?.includes(kind) ?? false;
}

/**
 * What the object itself tells of the labels of the pods that its operator makes: its own labels and those of
 * `spec.podMetadata`. A hint for messages; a verdict must not rest on it.
 */
export function hintedPodLabels({ manifest }: Resource): Labels {
  return {
    ...textsOf(jsonAt(manifest, ['metadata', 'labels'])),
    ...textsOf(jsonAt(manifest, ['spec', 'podMetadata', 'labels'])),
  };
}

function textsOf(value: Json | undefined): Labels {
  if (!isJsonObject(value)) return {};
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
