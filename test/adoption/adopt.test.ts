import { adopt, type Adoption, type AdoptSettings } from '../../src/adoption/adopt';
import type { ResidueKind } from '../../src/adoption/residue';
import { jsonAt, type JsonObject } from '../../src/model/json';
import { readManifests } from '../../src/sources/manifest';

function adopted(text: string, more: Partial<AdoptSettings> = {}): Adoption {
  const { resources, findings } = readManifests(text, { file: 'in.yaml' });
  expect(findings).toEqual([]);
  return adopt(resources, { reachabilityOptions: {}, options: {}, ...more });
}

/** `Kind namespace/name` of each object. */
function objectsOf({ objects }: Adoption): string[] {
  return objects.map((object) => {
    const text = (...path: string[]): string => {
      const value = jsonAt(object, path);
      return typeof value === 'string' ? value : '';
    };
    return `${text('kind')} ${text('metadata', 'namespace')}/${text('metadata', 'name')}`;
  });
}

function targetsOf({ objects }: Adoption, client: string): unknown {
  const found = objects.find(
    (object) => object['kind'] === 'ClientIntents' && jsonAt(object, ['metadata', 'name']) === client,
  );
  return found && jsonAt(found, ['spec', 'targets']);
}

function residueOf({ residue }: Adoption, kind: ResidueKind): string[] {
  return residue.filter((item) => item.kind === kind).map(({ message }) => message);
}

function deployment(id: string, more: JsonObject = {}, kind = 'Deployment'): string {
  const [namespace = '', name = ''] = id.split('/');
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'x' }], ...more } };
  return JSON.stringify({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace },
    spec: { selector: { matchLabels: labels }, template },
  });
}

function service(id: string, port: number, targetPort: number, more: JsonObject = {}): string {
  const [namespace = '', name = ''] = id.split('/');
  const spec = { selector: { app: name }, ports: [{ port, targetPort }], ...more };
  return JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec });
}

function policy(id: string, spec: JsonObject): string {
  const [namespace = '', name = ''] = id.split('/');
  return JSON.stringify({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec,
  });
}

function all(...objects: readonly string[]): string {
  return objects.join('\n---\n');
}

const from = (...apps: readonly string[]): JsonObject[] =>
  apps.map((app) => ({ podSelector: { matchLabels: { app } } }));

describe('adopting NetworkPolicies', () => {
  it('writes the calls that they admit, as Services where the ports are just theirs', () => {
    const result = adopted(
      all(
        deployment('shop/web'),
        deployment('shop/cart'),
        deployment('shop/other'),
        service('shop/cart', 80, 7070),
        policy('shop/cart', {
          podSelector: { matchLabels: { app: 'cart' } },
          ingress: [{ from: from('web'), ports: [{ port: 7070 }] }],
        }),
      ),
    );
    expect(objectsOf(result)).toEqual(['ClientIntents shop/web']);
    expect(targetsOf(result, 'web')).toEqual([{ service: { name: 'cart' } }]);
    expect(result.residue).toEqual([]);
  });

  it('writes ports where no Service has just these, with their protocol where it is not TCP', () => {
    const result = adopted(
      all(
        deployment('shop/web'),
        deployment('db/store', {}, 'StatefulSet'),
        policy('db/store', {
          podSelector: {},
          ingress: [
            {
              from: [{ ...from('web')[0], namespaceSelector: {} }],
              ports: [{ port: 5432 }, { port: 53, protocol: 'UDP' }],
            },
          ],
        }),
      ),
    );
    expect(targetsOf(result, 'web')).toEqual([
      { kubernetes: { name: 'store.db', kind: 'StatefulSet', ports: [5432, { port: 53, protocol: 'UDP' }] } },
    ]);
    expect(objectsOf(result)).toEqual(['ClientIntents shop/web', 'NetworkPolicy db/default-deny-ingress']);
    expect(result.residue).toEqual([]);
  });

  it('isolates what nobody calls by a ProtectedService, or by a default deny where all of the namespace is isolated', () => {
    const deny = policy('shop/deny', { podSelector: { matchLabels: { app: 'cart' } } });
    expect(objectsOf(adopted(all(deployment('shop/web'), deployment('shop/cart'), deny)))).toEqual([
      'ProtectedService shop/cart',
    ]);
    const whole = policy('shop/deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    const result = adopted(all(deployment('shop/web'), deployment('shop/cart'), whole));
    expect(objectsOf(result)).toEqual(['NetworkPolicy shop/default-deny']);
    expect(result.objects[0]?.['spec']).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    expect(result.residue).toEqual([]);
  });

  it('restricts egress by a policy of its own where only one workload is', () => {
    const out = policy('shop/out', {
      podSelector: { matchLabels: { app: 'web' } },
      policyTypes: ['Egress'],
      egress: [{ to: [{ ipBlock: { cidr: '203.0.113.0/24' } }], ports: [{ port: 443 }] }],
    });
    const result = adopted(all(deployment('shop/web'), deployment('shop/cart'), out));
    expect(objectsOf(result)).toEqual([
      'ClientIntents shop/web',
      'NetworkPolicy shop/default-deny-egress-web',
    ]);
    expect(targetsOf(result, 'web')).toEqual([{ internet: { ips: ['203.0.113.0/24'], ports: [443] } }]);
    expect(residueOf(result, 'changed')).toEqual([]);
    expect(residueOf(result, 'unproved')).toEqual([expect.stringContaining('DNS')]);
  });

  it('keeps a policy that lets in anyone, and leaves what it opens out of the intents', () => {
    const open = policy('shop/web', {
      podSelector: { matchLabels: { app: 'web' } },
      ingress: [{ ports: [{ port: 80 }] }],
    });
    const result = adopted(all(deployment('shop/web'), deployment('shop/cart'), open));
    expect(objectsOf(result)).toEqual(['ProtectedService shop/web', 'NetworkPolicy shop/web']);
    expect(residueOf(result, 'kept')).toHaveLength(1);
    expect(residueOf(result, 'changed')).toEqual([]);
  });

  it.each<[string, JsonObject, string]>([
    ['callers', { ingress: [{ from: from('web', 'gone') }] }, 'pods with app=gone in namespace shop'],
    [
      'callers of a namespace',
      { ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'x' } } }] }] },
      'pods in namespaces with team=x',
    ],
    [
      'servers',
      { policyTypes: ['Egress'], egress: [{ to: from('gone') }] },
      'pods with app=gone in namespace shop',
    ],
  ])('keeps a policy about %s that are not in the input, which the proof cannot miss', (_, spec, absent) => {
    const partly = policy('shop/cart', { podSelector: { matchLabels: { app: 'cart' } }, ...spec });
    const result = adopted(all(deployment('shop/web'), deployment('shop/cart'), partly));
    expect(objectsOf(result)).toContain('NetworkPolicy shop/cart');
    expect(residueOf(result, 'kept')).toEqual([
      `this policy is about ${absent}, which are not in the input, so no intent says what it lets through; it stays as it is`,
    ]);
    expect(residueOf(result, 'changed')).toEqual([]);
  });

  it('keeps a policy for pods that are not in the input, and none for the sake of DNS', () => {
    const orphan = policy('shop/gone', { podSelector: { matchLabels: { app: 'gone' } } });
    expect(objectsOf(adopted(all(deployment('shop/web'), orphan)))).toEqual(['NetworkPolicy shop/gone']);
    const dns = policy('shop/web', {
      podSelector: { matchLabels: { app: 'web' } },
      policyTypes: ['Egress'],
      egress: [{ to: [{ namespaceSelector: {}, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }] }],
    });
    expect(residueOf(adopted(all(deployment('shop/web'), dns)), 'kept')).toEqual([]);
  });

  it('keeps what other systems enforce for applications that are not in the input', () => {
    const application = JSON.stringify({
      apiVersion: 'nais.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'a', namespace: 'shop' },
      spec: { accessPolicy: { inbound: { rules: [{ application: 'c', namespace: 'other' }] } } },
    });
    const result = adopted(application);
    expect(objectsOf(result)).toContain('NetworkPolicy shop/a');
    expect(residueOf(result, 'kept')).toEqual([
      expect.stringContaining('pods with app=c in namespaces with kubernetes.io/metadata.name=other'),
    ]);
  });

  it('needs no such policy where a load balancer says the same', () => {
    const open = policy('shop/web', {
      podSelector: { matchLabels: { app: 'web' } },
      ingress: [{ ports: [{ port: 80 }] }],
    });
    const balancer = service('shop/web', 80, 80, { type: 'LoadBalancer' });
    const result = adopted(all(deployment('shop/web'), balancer, open));
    expect(objectsOf(result)).toEqual(['NetworkPolicy shop/default-deny-ingress']);
    expect(result.residue).toEqual([]);
  });

  it('keeps a policy whose name a default deny would take, under its name', () => {
    const open = policy('shop/default-deny-ingress', {
      podSelector: {},
      ingress: [{ ports: [{ port: 80 }] }],
    });
    const result = adopted(all(deployment('shop/web'), open));
    expect(objectsOf(result)).toEqual([
      'NetworkPolicy shop/default-deny-ingress-by-intents',
      'NetworkPolicy shop/default-deny-ingress',
    ]);
    expect(residueOf(result, 'changed')).toEqual([]);
  });

  it('says of port ranges that no target has a word for them, and keeps the policy', () => {
    const wide = policy('shop/cart', {
      podSelector: { matchLabels: { app: 'cart' } },
      ingress: [{ from: from('web'), ports: [{ port: 1000, endPort: 9000 }] }],
    });
    const result = adopted(all(deployment('shop/web'), deployment('shop/cart'), wide));
    expect(residueOf(result, 'kept')).toEqual([
      expect.stringContaining('TCP 1000-9000'),
      expect.stringContaining('no words'),
    ]);
    expect(objectsOf(result)).toEqual(['ProtectedService shop/cart', 'NetworkPolicy shop/cart']);
    expect(residueOf(result, 'changed')).toEqual([]);
  });
});

const NAIS = `
apiVersion: nais.io/v1alpha1
kind: Application
metadata: { name: frontend, namespace: shop }
spec:
  ingresses: [https://shop.example.com]
  leaderElection: true
  accessPolicy:
    outbound:
      rules: [{ application: cart }, { application: payments, namespace: billing }, { application: far, cluster: other }]
      external: [{ host: api.example.com, ports: [{ port: 443 }] }, { ipv4: 203.0.113.7 }]
---
apiVersion: nais.io/v1alpha1
kind: Application
metadata: { name: cart, namespace: shop }
spec: { accessPolicy: { inbound: { rules: [{ application: frontend }, { application: silent }] } } }
---
apiVersion: nais.io/v1alpha1
kind: Application
metadata: { name: silent, namespace: shop }
---
apiVersion: nais.io/v1alpha1
kind: Application
metadata: { name: payments, namespace: billing }
spec: { accessPolicy: { inbound: { rules: [{ application: '*', namespace: '*' }] } } }
`;

describe('adopting nais (intent-systems C1, C2)', () => {
  const result = adopted(NAIS);

  it('writes calls that both ends declare, and those out of the cluster', () => {
    expect(targetsOf(result, 'frontend')).toEqual([
      { internet: { domains: ['api.example.com'], ports: [443] } },
      { internet: { ips: ['203.0.113.7/32'] } },
      { kubernetes: { name: 'cart', kind: 'Deployment' } },
      { kubernetes: { name: 'payments.billing', kind: 'Deployment' } },
      { service: { name: 'kubernetes.default' } },
    ]);
    expect(targetsOf(result, 'silent')).toBeUndefined();
  });

  it('isolates every application, both ways', () => {
    expect(objectsOf(result)).toEqual(
      expect.arrayContaining(['NetworkPolicy shop/default-deny', 'NetworkPolicy billing/default-deny']),
    );
  });

  it('lists what it cannot carry over, and nothing changes', () => {
    expect(residueOf(result, 'lost')).toEqual([
      expect.stringContaining('Prometheus'),
      expect.stringContaining('https://shop.example.com'),
      expect.stringContaining('the cluster other'),
      expect.stringContaining('shop/cart has an inbound rule for shop/silent'),
    ]);
    const [dns, other] = [true, false].map((wanted) =>
      residueOf(result, 'unproved').filter((message) => message.includes('DNS pods') === wanted),
    );
    expect(other).toEqual([expect.stringContaining('api.example.com')]);
    // nais opens DNS on every port; intents open port 53.
    expect(dns?.[0]).toContain('on all today, and on TCP 53; UDP 53 under what is written');
    expect(residueOf(result, 'changed')).toEqual([]);
    expect(result.systems).toEqual(['nais']);
  });

  it('lists a rule whose other half is missing: nothing goes through, and no intent says it', () => {
    const rules = (frontend: string, cart: string): string => `
apiVersion: nais.io/v1alpha1
kind: Application
metadata: { name: frontend, namespace: shop }
spec: { accessPolicy: ${frontend} }
---
apiVersion: nais.io/v1alpha1
kind: Application
metadata: { name: cart, namespace: shop }
spec: { accessPolicy: ${cart} }
`;
    const outward = '{ outbound: { rules: [{ application: cart }] } }';
    const inward = '{ inbound: { rules: [{ application: frontend }] } }';
    const halves = (yaml: string): string[] =>
      residueOf(adopted(yaml), 'lost').filter((message) => message.includes('nothing goes through'));
    expect(halves(rules(outward, '{}'))).toEqual([
      'shop/frontend has an outbound rule for shop/cart, which does not let it in: nothing goes through today, and no intent is written for it',
    ]);
    expect(halves(rules('{}', inward))).toEqual([
      'shop/cart has an inbound rule for shop/frontend, which may not go out to it: nothing goes through today, and no intent is written for it',
    ]);
    expect(halves(rules(outward, inward))).toEqual([]);
  });

  it('has the place of the very rule', () => {
    const item = result.residue.find(({ message }) => message.includes('the cluster other'));
    expect(item?.place.line).toBe(10);
  });
});

const SKIPERATOR = `
apiVersion: skiperator.kartverket.no/v1alpha1
kind: Application
metadata: { name: web, namespace: maps }
spec:
  port: 8080
  accessPolicy:
    outbound:
      rules: [{ application: tiles }, { application: gone }]
      external: [{ host: example.com }, { ip: 10.1.2.3, ports: [{ name: db, port: 5432, protocol: TCP }] }]
---
apiVersion: skiperator.kartverket.no/v1alpha1
kind: Application
metadata: { name: tiles, namespace: maps }
spec: { port: 9000, accessPolicy: { inbound: { rules: [{ application: web }] } } }
---
apiVersion: skiperator.kartverket.no/v1alpha1
kind: Application
metadata: { name: open, namespace: maps }
spec: { port: 9000, accessPolicy: { inbound: { rules: [] } } }
`;

describe('adopting skiperator (intent-systems C1, C2)', () => {
  const result = adopted(SKIPERATOR);

  it('takes ports from the application that is called', () => {
    expect(targetsOf(result, 'web')).toEqual(
      expect.arrayContaining([{ kubernetes: { name: 'tiles', kind: 'Deployment', ports: [9000] } }]),
    );
  });

  it('leaves private ranges out of the internet, but for the addresses that are declared', () => {
    const text = JSON.stringify(targetsOf(result, 'tiles'));
    expect(text).not.toContain('10.');
    expect(text).toContain('internet');
    expect(JSON.stringify(targetsOf(result, 'web'))).toContain('10.1.2.3/32');
  });

  it('says what is skipped, and what is open to everyone by an empty list', () => {
    expect(residueOf(result, 'lost')).toEqual([expect.stringContaining('gone')]);
    expect(residueOf(result, 'unproved')).toEqual(
      expect.arrayContaining([expect.stringContaining('empty list'), expect.stringContaining('example.com')]),
    );
    expect(residueOf(result, 'changed')).toEqual([]);
  });
});

const UDS = `
apiVersion: uds.dev/v1alpha1
kind: Package
metadata: { name: shop, namespace: shop }
spec:
  sso: [{ name: login }]
  network:
    expose: [{ service: web, host: shop, gateway: tenant, port: 80, targetPort: 8080 }]
    allow:
      - { direction: Egress, selector: { app: web }, remoteNamespace: db, remoteSelector: { app: store }, port: 5432 }
      - { direction: Ingress, remoteGenerated: IntraNamespace }
      - { direction: Egress, remoteGenerated: IntraNamespace }
      - { direction: Egress, selector: { app: web }, remoteGenerated: KubeAPI }
      - { direction: Egress, selector: { app: web }, remoteHost: example.com, port: 443 }
---
apiVersion: uds.dev/v1alpha1
kind: Package
metadata: { name: db, namespace: db }
spec:
  network:
    allow: [{ direction: Ingress, selector: { app: store }, remoteNamespace: shop, port: 5432 }]
`;

describe('adopting UDS (intent-systems A1, A2)', () => {
  const result = adopted(all(UDS, deployment('shop/web'), deployment('shop/cart'), deployment('db/store')));

  it('writes calls that both ends allow', () => {
    expect(targetsOf(result, 'web')).toEqual([
      { kubernetes: { name: 'cart', kind: 'Deployment' } },
      { kubernetes: { name: 'store.db', kind: 'Deployment', ports: [5432] } },
    ]);
    expect(targetsOf(result, 'cart')).toEqual([{ kubernetes: { name: 'web', kind: 'Deployment' } }]);
  });

  it('lists gateways, platform and hosts, and nothing changes', () => {
    expect(residueOf(result, 'lost').map((message) => message.split(' ')[0])).toEqual([
      'sso',
      'web',
      'KubeAPI',
      'example.com',
    ]);
    expect(residueOf(result, 'changed')).toEqual([]);
  });
});

const OTTERIZE = `
apiVersion: k8s.otterize.com/v1alpha3
kind: ClientIntents
metadata: { name: web, namespace: shop }
spec: { service: { name: web }, calls: [{ name: cart }] }
`;

describe('adopting Otterize', () => {
  it('leaves its objects as they are, and proves that what is compiled is what its operator enforces', () => {
    const result = adopted(all(deployment('shop/web'), deployment('shop/cart'), OTTERIZE));
    expect(objectsOf(result)).toEqual(['ClientIntents shop/web']);
    expect(result.objects[0]).toMatchObject({ apiVersion: 'k8s.otterize.com/v1alpha3' });
    expect(result.residue).toEqual([]);
    expect(result.systems).toEqual(['otterize']);
  });

  it('says where the operator lets through more (otterize-operator 10.2 W-9)', () => {
    const job = deployment('shop/web', {}, 'StatefulSet').replaceAll('"app":"web"', '"app":"job"');
    const typed = OTTERIZE.replace('service: { name: web }', 'service: { name: web, kind: Deployment }');
    const result = adopted(all(deployment('shop/web'), job, deployment('shop/cart'), typed));
    expect(residueOf(result, 'changed')).toEqual([
      expect.stringMatching(/web\[StatefulSet\] can no longer reach shop\/cart/),
    ]);
  });

  it('adds what policies admit to the intents of the same client', () => {
    const newer = OTTERIZE.replace('v1alpha3', 'v2beta1').replace(
      'service: { name: web }, calls: [{ name: cart }]',
      'workload: { name: web }, targets: [{ kubernetes: { name: cart } }]',
    );
    const hand = policy('db/store', {
      podSelector: { matchLabels: { app: 'store' } },
      ingress: [{ from: [{ ...from('web')[0], namespaceSelector: {} }] }],
    });
    const objects = [deployment('shop/web'), deployment('shop/cart'), deployment('db/store'), hand];
    const result = adopted(all(...objects, newer));
    expect(targetsOf(result, 'web')).toEqual([
      { kubernetes: { name: 'cart' } },
      { kubernetes: { name: 'store.db', kind: 'Deployment' } },
    ]);
    expect(residueOf(result, 'changed')).toEqual([]);
    expect(residueOf(adopted(all(...objects, OTTERIZE)), 'lost')).toEqual([
      expect.stringContaining('v1alpha3'),
    ]);
  });
});
