import { ApiObject, Chart, Testing } from 'cdk8s';
import { Command } from 'commander';
import {
  ControllerDeployment,
  IntentsCompiler,
  type ControllerDeploymentProps,
  type Finding,
} from 'cdk8s-intents';
import { addCompilerOptions, compilerOptions, type CompilerFlags } from '../../src/cli/compile-options';
import { addOperationOptions } from '../../src/cli/controller-options';
import { addNetworkOptions } from '../../src/cli/model-options';
import type { IntentsCompilerOptions } from '../../src/compiler/compiler-options';
import { NETWORK_PLUGINS, type NetworkPluginName } from '../../src/compiler/domains/network-plugin';
import { printRights, type Right } from '../../src/controller/required-rights';

const IMAGE = 'registry.example.com/cdk8s-intents:0.1.0';

function objectsOf(props: Partial<ControllerDeploymentProps> = {}): any[] {
  const chart = new Chart(Testing.app(), 'install', { namespace: 'intents' });
  new ControllerDeployment(chart, 'controller', { image: IMAGE, ...props });
  return Testing.synth(chart);
}

const find = (objects: any[], kind: string, namespace?: string): any =>
  objects.find(
    (one) => one.kind === kind && (namespace === undefined || one.metadata.namespace === namespace),
  );

const podOf = (objects: any[]): any => find(objects, 'Deployment').spec.template.spec;
const argsOf = (objects: any[]): string[] => podOf(objects).containers[0].args;

/** The options of `intents controller`, parsed as the command parses them. */
function parsed(words: readonly string[]): any {
  const command = addCompilerOptions(addNetworkOptions(addOperationOptions(new Command('controller'))));
  command.exitOverride().parse(words, { from: 'user' });
  return command.opts();
}

describe('ControllerDeployment', () => {
  it('has one of each object that is needed, all in its namespace or in none', () => {
    const kinds = objectsOf().map(
      ({ kind, metadata }) => `${kind} ${metadata.namespace ?? '-'}/${metadata.name}`,
    );
    expect(kinds.sort()).toEqual([
      'ClusterRole -/intents-controller',
      'ClusterRoleBinding -/intents-controller',
      'Deployment intents/intents-controller',
      'NetworkPolicy intents/intents-controller',
      'PodDisruptionBudget intents/intents-controller',
      'Role intents/intents-controller',
      'RoleBinding intents/intents-controller',
      'Service intents/intents-controller-metrics',
      'Service intents/intents-controller-webhook',
      'ServiceAccount intents/intents-controller',
    ]);
  });

  it('runs restricted (Pod Security Standards, restricted)', () => {
    const pod = podOf(objectsOf());
    expect(pod.securityContext).toEqual({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(pod.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  it('never has fewer replicas ready than before, and no budget for one alone', () => {
    const objects = objectsOf();
    expect(find(objects, 'Deployment').spec).toMatchObject({
      replicas: 2,
      strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    });
    expect(find(objects, 'PodDisruptionBudget').spec.minAvailable).toBe(1);
    expect(find(objectsOf({ replicas: 1 }), 'PodDisruptionBudget')).toBeUndefined();
  });

  it('starts the command with options that it understands', () => {
    const flags = parsed(argsOf(objectsOf({ arguments: ['--log-level', 'debug'] })).slice(1));
    expect(flags).toMatchObject({
      lease: { namespace: 'intents', name: 'intents-controller' },
      webhookService: { namespace: 'intents', name: 'intents-controller-webhook', port: 443 },
      webhookSecret: 'intents-controller-webhook-tls',
      logLevel: 'debug',
      metricsBindAddress: { port: 8080 },
      healthProbeBindAddress: { port: 8081 },
      webhookBindAddress: { port: 9443 },
    });
  });

  it('has no rights over the cluster when it sees namespaces only', () => {
    const objects = objectsOf({ namespaces: ['shop', 'billing', 'shop'] });
    expect(objects.filter(({ kind }) => kind.startsWith('Cluster'))).toEqual([]);
    expect(objects.filter(({ kind }) => kind === 'Role').map(({ metadata }) => metadata.namespace)).toEqual([
      'intents',
      'billing',
      'shop',
    ]);
    const { rules } = find(objects, 'Role', 'shop');
    expect(
      printRights(rules).filter((right) =>
        / (namespaces|tiers|globalnetwork|ingressclass|gatewayclass)/.test(right),
      ),
    ).toEqual([]);
    expect(parsed(argsOf(objects).slice(1)).namespace).toEqual(['billing', 'shop']);
    expect(find(objects, 'Service').metadata.name).toBe('intents-controller-metrics');
  });

  it('has no right that is not used: no wildcard, no reading of Secrets but its own, no deleting but of policies', () => {
    const objects = objectsOf();
    const rules: Right[] = objects.flatMap((one) => one.rules ?? []);
    // `default.*` is no wildcard to Kubernetes: it is how Calico writes every policy of a tier.
    expect(JSON.stringify(rules).replaceAll('"default.*"', '')).not.toContain('*');
    const rights = printRights(rules);
    expect(rights.filter((right) => right.startsWith('delete'))).toEqual([
      'delete networkpolicies.networking.k8s.io',
      'delete networkpolicies.projectcalico.org',
      'delete tier.networkpolicies.projectcalico.org',
    ]);
    const ofSecrets = rules.filter(({ resources }) => resources.includes('secrets'));
    expect(
      ofSecrets.filter(({ resourceNames }) => resourceNames === undefined).map(({ verbs }) => verbs),
    ).toEqual([['create']]);
    expect(printRights(objectsOf({ dialect: 'calico' }).flatMap((one) => one.rules ?? []))).toContain(
      'delete networkpolicies.projectcalico.org',
    );
    expect(printRights(objectsOf({ conversion: false }).flatMap((one) => one.rules ?? []))).not.toEqual(
      expect.arrayContaining([expect.stringContaining('secrets')]),
    );
  });

  it('may write the policies that it makes, of whatever system they are, and no others', () => {
    const written = (props: Partial<ControllerDeploymentProps>): string[] =>
      printRights(objectsOf(props).flatMap((one) => one.rules ?? [])).filter((right) =>
        /^(?:create|delete|patch) \S*networkpolicies/.test(right),
      );
    const all = (...of: string[]): string[] =>
      ['create', 'delete', 'patch'].flatMap((verb) => of.map((one) => `${verb} ${one}`));
    const kubernetes = 'networkpolicies.networking.k8s.io';
    const calico = 'networkpolicies.projectcalico.org';
    const tier = `tier.${calico}`;
    // Those of the other kind go when the kind changes.
    const left = [`delete ${calico}`, `delete ${tier}`];
    expect(written({ compiler: { cni: 'calico' } })).toEqual([...all(kubernetes), ...left].sort());
    expect(written({ compiler: { cni: 'calico-enterprise' } })).toEqual(all(kubernetes, calico, tier).sort());
    expect(written({ compiler: { cni: 'cilium' } })).toEqual(
      [...all('ciliumnetworkpolicies.cilium.io', kubernetes), ...left].sort(),
    );
    expect(written({ dialect: 'calico' })).toEqual([...all(calico, tier), `delete ${kubernetes}`].sort());
    expect(written({ dialect: 'calico', takeOver: true })).toEqual(
      [...all(calico, tier), `delete ${kubernetes}`, `patch ${kubernetes}`].sort(),
    );
    expect(written({ namespaces: ['shop'] })).toEqual(all(kubernetes));
  });

  it('has the rights that Calico asks for beside those of Kubernetes: over all tiers to read, over the tier default to write', () => {
    const rules = find(objectsOf({ dialect: 'calico' }), 'ClusterRole').rules as Right[];
    const ofTiers = rules.filter(({ resources }) => resources.some((one) => /^tiers?\b/.test(one)));
    expect(ofTiers.filter(({ verbs }) => !verbs.includes('list') || verbs.length > 2)).toEqual([
      { apiGroups: ['projectcalico.org'], resources: ['tiers'], verbs: ['get'] },
      {
        apiGroups: ['projectcalico.org'],
        resources: ['tier.networkpolicies'],
        resourceNames: ['default.*'],
        verbs: ['create', 'update', 'patch', 'delete'],
      },
    ]);
    expect(printRights(rules)).toEqual(
      expect.arrayContaining([
        'list tier.globalnetworkpolicies.projectcalico.org',
        'list tier.networkpolicies.projectcalico.org',
        'watch tier.globalnetworkpolicies.projectcalico.org',
        'watch tier.networkpolicies.projectcalico.org',
      ]),
    );
  });

  it.each([{ dialect: 'calico' }, { compiler: { cni: 'calico-enterprise' } }] as const)(
    'is refused for some namespaces with %j, since no Role gives a right over a tier',
    (props) => {
      expect(() => objectsOf({ namespaces: ['shop'], ...props })).toThrow(
        /need a right over the tier they are in/,
      );
    },
  );

  it.each([
    ['off', false],
    ['report', true],
    ['error', true],
    [undefined, true],
  ] as const)('proves what is declared unless proof is off: %s', (proof, proves) => {
    const compiler = proof === undefined ? {} : { proof };
    expect(parsed(argsOf(objectsOf({ compiler })).slice(1)).proof).toBe(proves);
  });

  it('may read policies one by one only to take them over', () => {
    const rightsOf = (props: Partial<ControllerDeploymentProps>): string[] =>
      printRights(objectsOf(props).flatMap((one) => one.rules ?? []));
    expect(rightsOf({})).not.toContain('get networkpolicies.networking.k8s.io');
    expect(rightsOf({ takeOver: true })).toContain('get networkpolicies.networking.k8s.io');
    expect(parsed(argsOf(objectsOf({ takeOver: true })).slice(1)).takeOver).toBe(true);
  });

  it('lets in the API server to the webhook and scrapers to the metrics, and out to the API server and DNS', () => {
    const { spec } = find(
      objectsOf({
        compiler: { kubernetesApi: ['10.0.0.1:6443'], controlPlaneCidrs: ['10.0.0.0/29'] },
        scrapers: [{ namespace: 'monitoring', labels: { app: 'prometheus' } }],
      }),
      'NetworkPolicy',
    );
    expect(spec.ingress.map((rule: any) => [Object.keys(rule.from[0]), rule.ports[0].port])).toEqual([
      [['namespaceSelector', 'podSelector'], 8080],
      [['ipBlock'], 9443],
    ]);
    expect(spec.egress.map((rule: any) => rule.ports.map(({ port }: any) => port))).toEqual([
      [6443],
      [53, 53],
    ]);
    const open = find(objectsOf({ dns: false }), 'NetworkPolicy').spec;
    expect(open.ingress).toEqual([{ ports: [{ port: 9443, protocol: 'TCP' }] }]);
    expect(open.egress).toEqual([
      {
        ports: [
          { port: 443, protocol: 'TCP' },
          { port: 6443, protocol: 'TCP' },
        ],
      },
    ]);
    expect(find(objectsOf({ conversion: false }), 'NetworkPolicy').spec.ingress).toBeUndefined();
  });

  it('writes the CRDs led to its own Service', () => {
    const crds = objectsOf({ crds: true }).filter(({ kind }) => kind === 'CustomResourceDefinition');
    expect(crds).toHaveLength(2);
    for (const { metadata, spec } of crds) {
      expect(metadata.namespace).toBeUndefined();
      expect(spec.conversion.webhook.clientConfig).toEqual({
        service: { namespace: 'intents', name: 'intents-controller-webhook', path: '/convert', port: 443 },
      });
    }
  });

  const ALL: IntentsCompilerOptions = {
    profile: 'otterize',
    externalTraffic: 'always',
    ingressControllers: ['a/b'],
    gateways: ['a/g=b/c'],
    metricsScrapers: ['m/p'],
    webhookTraffic: 'off',
    controlPlaneCidrs: ['10.0.0.0/29'],
    egress: 'always',
    enforcement: { default: 'shadow', namespaces: { shop: 'enforce' }, workloads: { 'shop/a': 'shadow' } },
    dns: {
      pods: [{ namespace: 'd', labels: { a: 'b', c: 'd' }, port: 5353 }],
      nodeLocalAddresses: ['169.254.20.10'],
    },
    kubernetesApi: ['10.0.0.1:6443'],
    excess: 'error',
    podCidrs: ['10.244.0.0/16'],
    nodeCidrs: ['10.1.0.0/16'],
    cni: 'cilium',
  };

  it('hands every option of the compiler on, as the command reads it', () => {
    const words = argsOf(objectsOf({ compiler: ALL })).slice(1);
    const read = compilerOptions(parsed(words) as CompilerFlags, '2026-01-01');
    expect(read).toEqual({ ...ALL, egress: true });
    for (const [given, expected] of [
      [{ egress: false }, { egress: false }],
      [
        { profile: 'otterize', strictOtterize: true },
        { profile: 'otterize', strictOtterize: true },
      ],
      [{ enforcement: 'shadow' }, { enforcement: { default: 'shadow' } }],
      [{ dns: false }, { dns: false }],
    ] as const)
      expect(
        compilerOptions(parsed(argsOf(objectsOf({ compiler: given })).slice(1)) as CompilerFlags, 'x'),
      ).toEqual(expected);
  });

  it('lets its own account do what the admission policies warn of, whatever it is called', () => {
    const conditionsOf = (objects: any[]): string =>
      JSON.stringify(
        objects
          .filter(({ kind }) => kind === 'ValidatingAdmissionPolicy')
          .map(({ spec }) => spec.matchConditions ?? []),
      );
    const shipped = "'system:serviceaccount:intents:intents-controller'";
    const own = "'system:serviceaccount:intents:keeper'";
    const text = conditionsOf(objectsOf({ crds: true, name: 'keeper' }));
    expect(text.split(own)).toHaveLength(3);
    expect(text).not.toContain(shipped);
    expect(find(objectsOf({ name: 'keeper' }), 'ServiceAccount').metadata).toMatchObject({
      name: 'keeper',
      namespace: 'intents',
    });
  });

  it.each(Object.keys(NETWORK_PLUGINS) as NetworkPluginName[])('hands the network plugin %s on', (cni) => {
    const { domains, evaluatedAs } = NETWORK_PLUGINS[cni];
    const read = parsed(argsOf(objectsOf({ compiler: { cni } })).slice(1));
    expect([read['cni'], read['domainPolicies']]).toEqual(
      domains === undefined ? [evaluatedAs, undefined] : [undefined, cni],
    );
  });

  it.each([
    ['an image without a version', { image: 'cdk8s-intents' }, 'names no version'],
    ['the latest image', { image: 'x/cdk8s-intents:latest' }, 'names no version'],
    ['a name that is too long', { name: 'a'.repeat(51) }, 'Services cannot be called after'],
    ['no replicas', { replicas: 0 }, 'Write a whole number from 1'],
    ['no namespaces', { namespaces: [] }, 'it would see nothing'],
    ['a namespace that cannot be', { namespaces: ['A'] }, 'namespaces[0]'],
    ['conversion beside namespaces', { namespaces: ['a'], conversion: true }, 'Leave one of the two out'],
    ['an option that needs a file', { compiler: { dnsLock: 'x' } }, 'compiler.dnsLock cannot be handed'],
    ['an option that nobody knows', { compiler: { profil: 'seed' } }, 'profil'],
    ['an address that is none', { compiler: { kubernetesApi: ['x'] } }, 'kubernetesApi[0]'],
    ['a dialect that is none', { dialect: 'calcio' }, 'Write kubernetes or calico'],
    ['a scraper that is everybody', { scrapers: [{}] }, 'Peer.pods'],
    ['a property that nobody knows', { replica: 3 }, 'Did you mean replicas?'],
  ] satisfies readonly [string, object, string][])('refuses %s', (_, props: object, message) => {
    expect(() => objectsOf(props)).toThrow(message);
  });

  it('needs a chart with a namespace', () => {
    expect(() => new ControllerDeployment(new Chart(Testing.app(), 'x'), 'c', { image: IMAGE })).toThrow(
      'has no namespace',
    );
  });
});

describe('an installation', () => {
  it('holds by its own proof, without a word', () => {
    const findings: Finding[] = [];
    const app = Testing.app();
    const chart = new Chart(app, 'install', { namespace: 'intents' });
    new ApiObject(chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'intents' } });
    new ControllerDeployment(chart, 'controller', {
      image: IMAGE,
      crds: true,
      compiler: { kubernetesApi: ['10.0.0.1:6443'], controlPlaneCidrs: ['10.0.0.0/29'] },
    });
    IntentsCompiler.attach(app, { onFindings: (found) => findings.push(...found) });
    Testing.synth(chart);
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });

  it('says that a webhook without the addresses of the control plane is open to anyone', () => {
    const findings: Finding[] = [];
    const app = Testing.app();
    const chart = new Chart(app, 'install', { namespace: 'intents' });
    new ControllerDeployment(chart, 'controller', { image: IMAGE, crds: true });
    IntentsCompiler.attach(app, { onFindings: (found) => findings.push(...found) });
    Testing.synth(chart);
    expect(findings.map(({ id }) => id)).toContain('undeclared-access');
  });
});
