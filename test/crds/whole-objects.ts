/** Objects that between them use every field of every version. */

const HTTP = [{ path: '/a', methods: ['GET', 'POST'] }];
const TOPICS = [{ name: 'orders', operations: ['produce', 'DescribeConfigs'] }];
const TABLES = [{ databaseName: 'db', table: 't', operations: ['SELECT'] }];
const VAULT = {
  certificatePermissions: ['get'],
  keyPermissions: ['list'],
  secretPermissions: ['all'],
  storagePermissions: ['get'],
};
const INTERNET = {
  domains: ['api.example.com', '*.example.org'],
  ips: ['203.0.113.7', '2001:db8::/32'],
  ports: [443],
};

const TARGETS = [
  {
    kubernetes: {
      name: 'cart',
      kind: 'Deployment',
      ports: [7070, 'grpc', { port: 53, protocol: 'UDP' }],
      http: HTTP,
    },
  },
  { service: { name: 'pay.billing', ports: [443], http: HTTP } },
  { kafka: { name: 'broker', topics: TOPICS } },
  { sql: { name: 'orders-db', privileges: TABLES } },
  { aws: { arn: 'arn:aws:s3:::b', actions: ['s3:GetObject'] } },
  { gcp: { resource: 'projects/x', permissions: ['storage.objects.get'] } },
  { azure: { scope: '/s', roles: ['Reader'], keyVaultPolicy: VAULT } },
  { azure: { scope: '/s', actions: ['a'], dataActions: ['b'] } },
  { internet: INTERNET },
];

const EARLY_CALLS = [
  { name: 'cart' },
  { name: 'svc:pay.billing', type: 'http', resources: HTTP },
  { name: 'broker', type: 'kafka', topics: TOPICS },
  { name: 'orders-db', type: 'database', databaseResources: TABLES },
];

const CALLS = [
  { name: 'cart', kind: 'Deployment' },
  { name: 'svc:pay.billing', type: 'http', HTTPResources: HTTP },
  { name: 'broker', type: 'kafka', kafkaTopics: TOPICS },
  { name: 'orders-db', type: 'database', databaseResources: TABLES },
  { name: 'arn:aws:s3:::b', type: 'aws', awsActions: ['s3:GetObject'] },
  { name: 'projects/x', type: 'gcp', gcpPermissions: ['storage.objects.get'] },
  { name: '/s', type: 'azure', azureRoles: ['Reader'], azureKeyVaultPolicy: VAULT },
  { type: 'internet', internet: INTERNET },
];

const ACTIONS = [{ name: '/s', type: 'azure', azureActions: ['a'], azureDataActions: ['b'] }];

const SPECS: Readonly<Record<string, any>> = {
  v2beta1: { workload: { name: 'frontend', kind: 'Deployment' }, targets: TARGETS },
  v2alpha1: { workload: { name: 'frontend', kind: 'Deployment' }, targets: TARGETS },
  v1beta1: { service: { name: 'frontend', kind: 'Deployment' }, calls: [...CALLS, ...ACTIONS] },
  v1alpha3: { service: { name: 'frontend', kind: 'Deployment' }, calls: CALLS },
  v1alpha2: { service: { name: 'frontend' }, calls: EARLY_CALLS },
};

export const VERSIONS = ['v2beta1', 'v2alpha1', 'v1beta1', 'v1alpha3', 'v1alpha2'] as const;

/** ClientIntents of a version with every field that it has. */
export function wholeIntents(version: string): any {
  return {
    apiVersion: `k8s.otterize.com/${version}`,
    kind: 'ClientIntents',
    metadata: { name: 'frontend', namespace: 'shop' },
    spec: structuredClone(SPECS[version]),
  };
}

/** A ProtectedService of a version with every field that it has. */
export function wholeProtection(version: string): any {
  return {
    apiVersion: `k8s.otterize.com/${version}`,
    kind: 'ProtectedService',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { name: 'cart', ...(version === 'v1alpha2' ? {} : { kind: 'Deployment' }) },
  };
}
