import { deployment, DENY_INGRESS, lines, policy, service } from '../../proof/proof-fixture';
import { calls, namespace, protectedService, staged, written } from './staged-fixture';
import { InvalidInputError } from '../../../src/compiler/invalid-input-error';

const SHOP =
  namespace('shop') +
  deployment('frontend') +
  deployment('cart', { port: 8080 }) +
  deployment('db', { port: 5432 }) +
  deployment('other') +
  calls('frontend', 'cart') +
  calls('cart', 'db');
const BILLING =
  namespace('billing') +
  deployment('pay.billing') +
  deployment('ledger.billing') +
  calls('pay.billing', 'ledger');
const ALL = ['shop/access-to-cart-from-shop', 'shop/access-to-db-from-shop'];

describe('enforcement', () => {
  it('is of everything when nothing is said', () => {
    const result = staged(SHOP, {});
    expect(written(result)).toEqual(ALL);
    expect(result.compilation.enforced).toBeUndefined();
    expect(result.staged).toEqual([]);
    expect(written(staged(SHOP, { enforcement: {} }))).toEqual(ALL);
  });

  it('in shadow compiles all and writes nothing that isolates, but labels pods as ever (otterize-operator 7.1)', () => {
    const result = staged(SHOP, { enforcement: { default: 'shadow' } });
    expect(written(result)).toEqual([]);
    expect(result.compilation.enforced?.map(({ name }) => `shop/${name}`)).toEqual(ALL);
    expect(result.compilation.podLabels).toEqual(staged(SHOP, {}).compilation.podLabels);
    for (const workload of result.cluster.workloads)
      for (const direction of ['ingress', 'egress'] as const)
        expect(result.reachability.isolatedBy(workload, direction)).toEqual([]);
    expect(lines(result.proof)).toEqual([]);
  });

  it('moves one namespace with one line', () => {
    const enforcement = { default: 'shadow', namespaces: { billing: 'enforce' } } as const;
    expect(written(staged(SHOP + BILLING, { enforcement }))).toEqual([
      'billing/access-to-ledger-from-billing',
    ]);
  });

  it('goes by the closest word: workload, then namespace, then default', () => {
    const modes = { 'shop/db': 'enforce', 'shop/cart[Deployment]': 'shadow' } as const;
    const enforcement = { namespaces: { shop: 'shadow' }, workloads: modes } as const;
    expect(written(staged(SHOP + BILLING, { enforcement }))).toEqual([
      'billing/access-to-ledger-from-billing',
      'shop/access-to-db-from-shop',
    ]);
  });

  it('holds for egress as for ingress (otterize-operator 10.3 item 7)', () => {
    const options = { egress: 'always' } as const;
    const shadow = staged(SHOP, { ...options, enforcement: { default: 'shadow' } });
    expect(written(shadow)).toEqual([]);
    const one = staged(SHOP, {
      ...options,
      enforcement: { default: 'shadow', workloads: { 'shop/cart': 'enforce' } },
    });
    expect(written(one)).toEqual(['shop/access-to-cart-from-shop', 'shop/egress-from-cart']);
  });

  it('writes the enforced direction of a policy that is about both (profile otterize)', () => {
    const enforcement = { default: 'shadow' } as const;
    const options = { profile: 'otterize', egress: 'always', enforcement } as const;
    const result = staged(SHOP + protectedService('cart'), options);
    expect(written(result)).toEqual(['shop/cart-access', 'shop/default-deny-cart']);
    expect(result.compilation.policies[0]?.manifest['spec']).toMatchObject({ policyTypes: ['Ingress'] });
    expect(
      result.compilation.enforced?.find(({ name }) => name === 'cart-access')?.manifest['spec'],
    ).toMatchObject({ policyTypes: ['Ingress', 'Egress'] });
  });
});

describe('ProtectedService', () => {
  it('enforces its server in shadow, for ingress (otterize-operator 7.1), with a default deny of its own', () => {
    const result = staged(SHOP + protectedService('cart'), { enforcement: { default: 'shadow' } });
    expect(written(result)).toEqual(['shop/access-to-cart-from-shop', 'shop/default-deny-cart']);
  });

  it('isolates a server that nobody calls, enforced or by its own word', () => {
    const options = { enforcement: { default: 'shadow' } } as const;
    expect(written(staged(SHOP + protectedService('other'), options))).toEqual(['shop/default-deny-other']);
    expect(written(staged(SHOP + protectedService('other'), {}))).toEqual([
      ...ALL,
      'shop/default-deny-other',
    ]);
  });

  it('gives way to a word about the workload itself', () => {
    const enforcement = { default: 'shadow', workloads: { 'shop/cart': 'shadow' } } as const;
    expect(written(staged(SHOP + protectedService('cart'), { enforcement }))).toEqual([]);
  });
});

describe('what policies of others isolate already', () => {
  it('keeps its policies in shadow, which only add, so that declared calls work', () => {
    const result = staged(SHOP + DENY_INGRESS, { enforcement: { default: 'shadow' } });
    expect(written(result)).toEqual(ALL);
    expect(lines(result.proof.filter(({ severity }) => severity === 'error'))).toEqual([]);
  });

  it('keeps them for that direction only', () => {
    const enforcement = { default: 'shadow' } as const;
    const result = staged(SHOP + DENY_INGRESS, { egress: 'always', enforcement });
    expect(written(result)).toEqual(ALL);
  });
});

describe('a policy that selects an enforced workload beside one in shadow', () => {
  const two = `
---
apiVersion: k8s.otterize.com/v2beta1
kind: ClientIntents
metadata: { name: other, namespace: shop }
spec: { workload: { name: other }, targets: [{ service: { name: both } }] }
`;
  const both = service('both').replace('app: both', 'tier: back');
  const servers = ['cart', 'db'].map((name) =>
    deployment(name, { port: 8080 }).replace(`{ app: ${name} }`, `{ app: ${name}, tier: back }`),
  );
  const yaml =
    namespace('shop') +
    deployment('frontend') +
    deployment('other') +
    servers.join('') +
    both +
    calls('frontend', 'cart') +
    two;

  it('is not written, nor what else would isolate the enforced one; an error says so', () => {
    const enforcement = { default: 'shadow', workloads: { 'shop/cart': 'enforce' } } as const;
    const result = staged(yaml, { enforcement });
    expect(written(result)).toEqual([]);
    expect(lines(result.compilation.findings)).toEqual([
      'error enforcement-mixed: shop/cart[Deployment] is to be enforced for ingress, but NetworkPolicy/shop/svc-access-to-both-from-shop would select shop/db[Deployment] too, which is in shadow; it is not written, and shop/cart[Deployment] stays open',
    ]);
  });
});

describe('names that lead nowhere', () => {
  it('are errors: what they were to say is not done', () => {
    const enforcement = {
      namespaces: { shoop: 'shadow' },
      workloads: { 'shop/crat': 'enforce', 'shop/cart[StatefulSet]': 'enforce' },
    } as const;
    const { findings } = staged(SHOP, { enforcement }).compilation;
    expect(findings.map(({ severity, id, mend }) => `${severity} ${id} ${mend}`)).toEqual([
      'error enforcement-unknown-namespace Did you mean shop?',
      'error enforcement-unknown-workload Did you mean shop/cart?',
      'error enforcement-unknown-workload Did you mean shop/cart?',
    ]);
  });

  it.each<[string, object, RegExp]>([
    ['a field', { defaults: 'shadow' }, /Did you mean default\?/],
    ['a mode', { default: 'shadwo' }, /Did you mean shadow\?/],
    ['a mode of a namespace', { namespaces: { shop: 'on' } }, /Write enforce or shadow/],
    ['a list', { namespaces: ['shop'] }, /no map of names/],
    ['a workload without its namespace', { workloads: { cart: 'shadow' } }, /'shop\/cart'/],
  ])('and %s is refused', (_what, enforcement, message) => {
    expect(() => staged(SHOP, { enforcement })).toThrow(InvalidInputError);
    expect(() => staged(SHOP, { enforcement })).toThrow(message);
  });

  it('does not take __proto__ for a namespace', () => {
    const namespaces = JSON.parse('{"__proto__": "shadow"}') as Record<string, 'shadow'>;
    expect(() => staged(SHOP, { enforcement: { namespaces } })).toThrow(InvalidInputError);
  });
});

describe('the report of a namespace in shadow', () => {
  const shadow = { enforcement: { default: 'shadow' } } as const;

  it('says who loses access, and in notes of each workload who keeps it', () => {
    const { staged: findings } = staged(SHOP, shadow);
    expect(lines(findings)).toEqual([
      'warning enforcement-would-cut: Namespace shop is in shadow. Once it is enforced, these lose their undeclared callers: shop/cart[Deployment] (2 workloads, any address outside the cluster), shop/db[Deployment] (2 workloads, any address outside the cluster)',
      'info enforcement-access: Of access to shop/cart[Deployment]: shop/db[Deployment], shop/other[Deployment], any address outside the cluster will have none; shop/frontend[Deployment] (on every port and protocol) will keep it',
      'info enforcement-access: Of access to shop/db[Deployment]: shop/frontend[Deployment], shop/other[Deployment], any address outside the cluster will have none; shop/cart[Deployment] (on every port and protocol) will keep it',
    ]);
  });

  it('says the same in notes of what is enforced already', () => {
    const enforcement = { default: 'shadow', namespaces: { shop: 'enforce' } } as const;
    expect(lines(staged(SHOP, { enforcement }).staged)).toEqual([
      expect.stringMatching(/^info enforcement-access: Of access to shop\/cart.* have none;.* keeps it$/),
      expect.stringMatching(/^info enforcement-access: Of access to shop\/db/),
    ]);
  });

  it('says so where nobody loses anything', () => {
    const { staged: findings } = staged(namespace('shop') + deployment('cart'), shadow);
    expect(lines(findings)).toEqual([
      'info enforcement-cuts-nothing: Namespace shop is in shadow, and nobody who is in the manifests loses access once it is enforced',
    ]);
  });

  it('leaves out callers whom another policy keeps away already', () => {
    const out = policy('out', 'podSelector: { matchLabels: { app: other } }, policyTypes: [Egress]');
    const [, cart] = lines(staged(SHOP + out, shadow).staged);
    expect(cart).toContain('shop/db[Deployment], any address outside the cluster will have none');
  });

  it('proves what will be once it is enforced, as warnings', () => {
    const deny = `
---
apiVersion: projectcalico.org/v3
kind: Tier
metadata: { name: early }
spec: { order: 1, defaultAction: Pass }
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: { name: early.quarantine, namespace: shop }
spec: { tier: early, selector: app == 'cart', types: [Ingress], ingress: [{ action: Deny, protocol: TCP, destination: { ports: [9] } }, { action: Pass }] }
`;
    const client = calls('frontend', 'cart').replace('name: cart', 'name: cart, ports: [9]');
    const yaml = namespace('shop') + deployment('frontend') + deployment('cart', { port: 9 }) + client + deny;
    const { proof, staged: findings } = staged(yaml, shadow);
    expect(lines(proof)).toContainEqual(expect.stringMatching(/^error declared-call-denied/));
    expect(findings.map(({ severity }) => severity)).not.toContain('error');
  });

  it('counts callers in a large cluster without naming each', () => {
    const many = Array.from({ length: 300 }, (_, index) => deployment(`w${String(index).padStart(3, '0')}`));
    const [finding] = staged(SHOP + many.join(''), shadow).staged;
    expect(finding?.message).toContain('shop/cart[Deployment] (302 workloads, any address outside');
  });
});
