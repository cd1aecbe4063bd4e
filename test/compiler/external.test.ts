import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  calls,
  clusterOf,
  compiled,
  ids,
  intents,
  manifest,
  manifestOf,
  names,
  service,
  workload,
} from './cluster-fixture';
import { compile } from '../../src/compiler/compile';
import type { Compilation, CompileOptions } from '../../src/compiler/compilation';
import { presentReachability } from '../../src/compiler/present-policies';
import type { ClientIntents } from '../../src/intents/client-intents';
import { identity } from '../../src/intents/identity';
import { buildCluster } from '../../src/model/build-cluster';
import { printCidr } from '../../src/model/cidr';
import type { JsonObject } from '../../src/model/json';
import type { Resource } from '../../src/model/resource';
import { readManifests } from '../../src/sources/manifest';

const WEB = workload('shop/web', { ports: [{ name: 'http', containerPort: 8080 }, { containerPort: 9090 }] });
const CALLER = workload('shop/caller');
const CALL = intents('shop/caller', calls('shop/web'));
const BALANCER = service('shop/web', {
  ports: [{ port: 80, targetPort: 'http' }],
  more: { type: 'LoadBalancer' },
});

function policy(name: string, spec: JsonObject): Resource {
  return manifest(
    'networking.k8s.io/v1',
    'NetworkPolicy',
    { metadata: { name, namespace: 'shop' }, spec },
    name,
    'shop',
  );
}
const DENY = policy('default-deny', { podSelector: {}, policyTypes: ['Ingress'] });

function ingress(name: string, spec: JsonObject, annotations?: JsonObject): Resource {
  const metadata = { name, namespace: 'shop', ...(annotations === undefined ? {} : { annotations }) };
  return manifest('networking.k8s.io/v1', 'Ingress', { metadata, spec }, name, 'shop');
}
const INGRESS = ingress('shop', { defaultBackend: { service: { name: 'web', port: { number: 80 } } } });
const PLAIN = service('shop/web', { ports: [{ port: 80, targetPort: 'http' }, { port: 9090 }] });

/** Compiled with what is there already known. */
function made(
  resources: readonly Resource[],
  declared: readonly ClientIntents[] = [],
  options: CompileOptions = {},
): Compilation {
  const cluster = clusterOf(...resources);
  return compile(cluster, declared, { present: presentReachability(cluster), ...options });
}

function ruleOf(result: Compilation, name = 'external-access-to-web'): unknown {
  const spec = manifestOf(result, name)?.['spec'];
  return typeof spec === 'object' && spec !== null && 'ingress' in spec ? spec.ingress : undefined;
}

describe('external traffic, when (otterize-operator 6.1, intent-systems D7)', () => {
  it('opens the way where an intent isolates the server, and takes it back with the intent', () => {
    expect(names(compiled([WEB, CALLER, BALANCER], [CALL]))).toContain('shop/external-access-to-web');
    expect(names(compiled([WEB, CALLER, BALANCER], []))).toEqual([]);
  });

  it('opens the way where a ProtectedService or a policy that is there already isolates the server', () => {
    const place = WEB.place;
    const protectedServices = [
      { namespace: 'shop', name: 'web', server: { namespace: 'shop', name: 'web' }, place },
    ];
    expect(names(compiled([WEB, BALANCER], [], { protectedServices }))).toEqual([
      'shop/default-deny-web',
      'shop/external-access-to-web',
    ]);
    expect(names(made([WEB, BALANCER, DENY]))).toEqual(['shop/external-access-to-web']);
  });

  it('makes nothing where a policy that is there already lets everyone in', () => {
    const open = policy('open', {
      podSelector: { matchLabels: { app: 'web' } },
      policyTypes: ['Ingress'],
      ingress: [{ ports: [{ port: 8080 }] }],
    });
    expect(names(made([WEB, BALANCER, DENY, open]))).toEqual([]);
  });

  it('does not widen a policy that lets in a part of the world', () => {
    const office = policy('office', {
      podSelector: { matchLabels: { app: 'web' } },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ ipBlock: { cidr: '198.51.100.0/24' } }] }],
    });
    const result = made([WEB, BALANCER, DENY, office]);
    expect(names(result)).toEqual([]);
    expect(ids(result)).toEqual(['info external-partly-admitted']);
  });

  it('goes by the other policies only: its own former output counts as not there', () => {
    const former = manifestOf(compiled([WEB, CALLER, BALANCER], [CALL]), 'external-access-to-web');
    const resource = manifest(
      'networking.k8s.io/v1',
      'NetworkPolicy',
      { ...former },
      'external-access-to-web',
      'shop',
    );
    expect(names(made([WEB, BALANCER, resource]))).toEqual([]);
  });

  it('off makes nothing and declares nothing; always isolates servers that were open', () => {
    const off = compiled([WEB, CALLER, BALANCER], [CALL], { externalTraffic: 'off' });
    expect([names(off), off.external]).toEqual([['shop/access-to-web-from-shop'], []]);
    expect(names(compiled([WEB, BALANCER], [], { externalTraffic: 'always' }))).toEqual([
      'shop/external-access-to-web',
    ]);
  });

  it('off says who is refused by that, and only where policies refuse somebody', () => {
    const said = (...input: Parameters<typeof made>): string[] =>
      made(...input)
        .findings.filter(({ id }) => id === 'external-traffic-off')
        .map(({ severity, object, message }) => `${severity} ${object ?? ''}: ${message}`);
    const OFF = { externalTraffic: 'off' } as const;
    expect(said([WEB, CALLER, BALANCER], [CALL], OFF)).toEqual([
      'info Service/shop/web: Service shop/web offers shop/web[Deployment] to the outside, policies isolate that, and as externalTraffic is off none is made to let those callers in',
    ]);
    expect(said([WEB, CALLER, BALANCER], [], OFF)).toEqual([]);
    expect(said([WEB, BALANCER, DENY], [], OFF)).toHaveLength(1);
    expect(said([WEB, CALLER], [CALL], OFF)).toEqual([]);
    expect(said([WEB, CALLER, BALANCER], [CALL])).toEqual([]);
  });

  it('leaves alone what no policy can reach: pods on the host network, Services without pods', () => {
    const host = workload('shop/web', { hostNetwork: true });
    expect(names(made([host, BALANCER, DENY], [], { externalTraffic: 'always' }))).toEqual([]);
    expect(names(made([BALANCER, DENY], [], { externalTraffic: 'always' }))).toEqual([]);
  });
});

describe('external traffic, what (otterize-operator 6.2)', () => {
  it('opens the target ports of the Service, names kept, to anyone', () => {
    const result = made([WEB, BALANCER, DENY]);
    expect(manifestOf(result, 'external-access-to-web')).toEqual({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: {
        name: 'external-access-to-web',
        namespace: 'shop',
        labels: { 'intents.otterize.com/network-policy-external-traffic': 'web-shop-e8ed9a' },
        annotations: { 'intents.otterize.com/created-for-service': 'web' },
      },
      spec: {
        podSelector: { matchLabels: { app: 'web' } },
        policyTypes: ['Ingress'],
        ingress: [{ ports: [{ protocol: 'TCP', port: 'http' }] }],
      },
    });
    expect(result.external.map(({ server, ports, callers }) => [server.id, ports, callers])).toEqual([
      ['shop/web[Deployment]', [{ protocol: 'TCP', port: 8080 }], undefined],
    ]);
  });

  it('selects only the isolated ones of several workloads behind a Service', () => {
    const shared = { part: 'web' };
    const resources = ['blue', 'green'].map((name) =>
      workload(`shop/${name}`, { labels: { app: name, ...shared } }),
    );
    const balancer = service('shop/web', { selector: shared, more: { type: 'NodePort' } });
    const result = made([...resources, CALLER, balancer], [intents('shop/caller', calls('shop/blue'))]);
    expect(manifestOf(result, 'external-access-to-web')).toMatchObject({
      spec: { podSelector: { matchLabels: { 'intents.otterize.com/server': identity('blue', 'shop') } } },
    });
  });

  it('turns loadBalancerSourceRanges into blocks, and says when pods cannot see the sources', () => {
    const ranged = (more: JsonObject): Resource =>
      service('shop/web', {
        more: {
          type: 'LoadBalancer',
          loadBalancerSourceRanges: ['203.0.113.0/24', '2001:db8::/32'],
          ...more,
        },
      });
    const blocks = [{ ipBlock: { cidr: '2001:db8::/32' } }, { ipBlock: { cidr: '203.0.113.0/24' } }];
    const local = made([WEB, ranged({ externalTrafficPolicy: 'Local' }), DENY]);
    expect(ruleOf(local)).toEqual([{ from: blocks, ports: [{ protocol: 'TCP', port: 80 }] }]);
    expect(ids(local)).toEqual([]);
    expect(local.external[0]?.callers?.ranges.map(printCidr)).toEqual(['203.0.113.0/24', '2001:db8::/32']);
    expect(ids(made([WEB, ranged({}), DENY]))).toEqual(['warning source-ranges-behind-nodes']);
    const nodes = made([WEB, ranged({}), DENY], [], { nodeCidrs: ['10.0.0.0/16'] });
    expect(ruleOf(nodes)).toEqual([
      { from: [{ ipBlock: { cidr: '10.0.0.0/16' } }, ...blocks], ports: [{ protocol: 'TCP', port: 80 }] },
    ]);
    expect(ids(nodes)).toEqual([]);
  });

  it('opens nothing for a source range that is none', () => {
    const wrong = service('shop/web', {
      more: { type: 'LoadBalancer', loadBalancerSourceRanges: ['office'] },
    });
    const result = made([WEB, wrong, DENY]);
    expect([names(result), ids(result)]).toEqual([[], ['error invalid-source-range']]);
  });

  it('opens just the ports that an Ingress names, and names the Ingress', () => {
    const result = made([WEB, PLAIN, INGRESS, DENY]);
    expect(ruleOf(result)).toEqual([{ ports: [{ protocol: 'TCP', port: 'http' }] }]);
    expect(manifestOf(result, 'external-access-to-web')).toMatchObject({
      metadata: { annotations: { 'intents.otterize.com/created-for-ingress': 'shop' } },
    });
    expect(ids(result)).toEqual(['warning ingress-controller-unknown']);
  });

  it('says when an Ingress leads nowhere', () => {
    const stray = ingress('stray', {
      defaultBackend: { service: { name: 'wed', port: { number: 80 } } },
      rules: [{ http: { paths: [{ backend: { service: { name: 'web', port: { name: 'htpp' } } } }] } }],
    });
    const result = made([WEB, PLAIN, stray, DENY]);
    expect(ids(result)).toEqual(['warning ingress-port-not-found', 'warning ingress-service-not-found']);
    expect(names(result)).toEqual([]);
  });
});

describe('ingress controllers', () => {
  const nginx = (given: { args?: string[]; hostNetwork?: boolean } = {}): Resource => {
    const made = workload('ingress/nginx', { hostNetwork: given.hostNetwork ?? false });
    const { args = [] } = given;
    const template = {
      metadata: { labels: { app: 'nginx' } },
      spec: { hostNetwork: given.hostNetwork ?? false, containers: [{ name: 'c', args }] },
    };
    return { ...made, manifest: { ...made.manifest, spec: { selector: {}, template } } };
  };
  const options = { profile: 'selectors', ingressControllers: ['ingress/nginx'] } as const;
  const peer = {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress' } },
    podSelector: { matchLabels: { app: 'nginx' } },
  };
  const http = [{ protocol: 'TCP', port: 'http' }];

  it('are the only ones let in when they are named', () => {
    const result = made([WEB, PLAIN, INGRESS, DENY, nginx()], [], options);
    expect(ruleOf(result)).toEqual([{ from: [peer], ports: http }]);
    expect(ids(result)).toEqual([]);
    expect(result.external[0]?.callers?.workloads.map(({ id }) => id)).toEqual(['ingress/nginx[Deployment]']);
  });

  it('are found by their IngressClass, the default one too', () => {
    const flags = nginx({ args: ['--controller-class=k8s.io/x'] });
    const ingressClass = (annotations: JsonObject): Resource =>
      manifest(
        'networking.k8s.io/v1',
        'IngressClass',
        { metadata: { name: 'x', annotations }, spec: { controller: 'k8s.io/x' } },
        'x',
      );
    const named = ingress('shop', {
      ingressClassName: 'x',
      defaultBackend: { service: { name: 'web', port: { number: 80 } } },
    });
    const found = made([WEB, PLAIN, named, DENY, flags, ingressClass({})], [], { profile: 'selectors' });
    expect(ruleOf(found)).toEqual([{ from: [peer], ports: http }]);
    const byDefault = ingressClass({ 'ingressclass.kubernetes.io/is-default-class': 'true' });
    const found2 = made([WEB, PLAIN, INGRESS, DENY, flags, byDefault], [], { profile: 'selectors' });
    expect(ruleOf(found2)).toEqual([{ from: [peer], ports: http }]);
    const other = made([WEB, PLAIN, INGRESS, DENY, flags, ingressClass({})], [], { profile: 'selectors' });
    expect(ids(other)).toEqual(['warning ingress-controller-unknown']);
  });

  it('that are not in the manifests are let in by their namespace, with a word', () => {
    const result = made([WEB, PLAIN, INGRESS, DENY], [], options);
    expect(ruleOf(result)).toEqual([{ from: [{ namespaceSelector: peer.namespaceSelector }], ports: http }]);
    expect(ids(result)).toEqual(['warning ingress-controller-not-found']);
  });

  it('on the host network come with the addresses of nodes', () => {
    const host = nginx({ hostNetwork: true });
    const known = made([WEB, PLAIN, INGRESS, DENY, host], [], { ...options, nodeCidrs: ['10.0.0.0/16'] });
    expect(ruleOf(known)).toEqual([{ from: [{ ipBlock: { cidr: '10.0.0.0/16' } }], ports: http }]);
    const unknown = made([WEB, PLAIN, INGRESS, DENY, host], [], options);
    expect(ruleOf(unknown)).toEqual([{ ports: http }]);
    expect(ids(unknown)).toEqual(['warning ingress-controller-unknown']);
  });

  it('do not stand before a load balancer of AWS that targets pods (6.2)', () => {
    const alb = ingress(
      'shop',
      { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
      { 'alb.ingress.kubernetes.io/target-type': 'ip' },
    );
    const result = made([WEB, PLAIN, alb, DENY, nginx()], [], options);
    expect([ruleOf(result), ids(result)]).toEqual([[{ ports: http }], []]);
  });

  it('must be namespace/name', () => {
    expect(() => made([WEB], [], { ingressControllers: ['nginx'] })).toThrow(
      /ingressControllers\[0\] is "nginx": it is not namespace\/name/,
    );
  });

  const published = join(__dirname, '../../../shared/data/ingress-nginx/deploy.yaml');
  if (!existsSync(published))
    console.warn('Skipped: the manifests of ingress-nginx are not beside this checkout.');
  (existsSync(published) ? it : it.skip)(
    'of the published ingress-nginx manifests is found by itself',
    () => {
      const { resources } = readManifests(readFileSync(published, 'utf8'), { file: 'deploy.yaml' });
      const named = ingress('shop', {
        ingressClassName: 'nginx',
        defaultBackend: { service: { name: 'web', port: { number: 80 } } },
      });
      const cluster = buildCluster([...resources, WEB, PLAIN, named, DENY]);
      const result = compile(cluster, [], { present: presentReachability(cluster) });
      expect(
        result.external.find(({ service: behind }) => behind?.name === 'web')?.callers?.workloads,
      ).toMatchObject([{ id: 'ingress-nginx/ingress-nginx-controller[Deployment]' }]);
      expect(names(result)).toEqual(['shop/external-access-to-web']);
    },
  );
});
