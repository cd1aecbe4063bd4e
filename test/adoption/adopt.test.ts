import {
  adopted,
  objectsOf,
  targetsOf,
  residueOf,
  deployment,
  service,
  policy,
  all,
  from,
} from './adoption-fixture';
import { type JsonObject } from '../../src/model/json';

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
