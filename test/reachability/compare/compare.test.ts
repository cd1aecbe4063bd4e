import fc from 'fast-check';
import { compared, model } from './models';
import { changedEnds } from '../../../src/reachability/compare/changed-ends';
import { changedPairs, type ChangedPair } from '../../../src/reachability/compare/compare';
import { comparedPeers, type Compared, type ComparedPeer } from '../../../src/reachability/compare/compared';
import { isolationChanges } from '../../../src/reachability/compare/isolation-change';
import { ConnectionSet } from '../../../src/reachability/sets/connection-set';
import { printConnections } from '../../../src/reachability/sets/connection-print';
import type { Verdict } from '../../../src/reachability/reachability';
import { policyId } from '../../../src/policies/policy-id';
import { FAMILIES, generate } from '../../oracle/generate';

const BASE = `
kind: Namespace
apiVersion: v1
metadata: { name: shop }
---
kind: Pod
apiVersion: v1
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { containers: [{ name: main, image: web }] }
---
kind: Pod
apiVersion: v1
metadata: { name: cart, namespace: shop, labels: { app: cart } }
spec: { containers: [{ name: main, image: cart }] }
`;

const policy = (name: string, ports: string, more = ''): string => `---
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: { name: ${name}, namespace: shop }
spec:
  podSelector: { matchLabels: { app: cart } }
  policyTypes: [Ingress]
  ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }${more}], ports: [${ports}] }]
`;

const line = ({ from, to, before, after }: ChangedPair): string =>
  `${from.id} -> ${to.id}: ${printConnections(before.allowed)} => ${printConnections(after.allowed)}`;

const changes = (before: string, after: string): string[] =>
  changedPairs(compared(before), compared(after)).map(line);

describe('pairs that a change touches', () => {
  it('are none when a policy is renamed and means the same', () => {
    const [a, b] = [
      policy('old', '{ port: 80 }, { port: 443 }'),
      policy('new', '{ port: 443 }, { port: 80, endPort: 80 }'),
    ];
    expect(changes(BASE + a, BASE + b)).toEqual([]);
  });

  it('carry what they had and what they have, ports that stay included', () => {
    expect(
      changes(BASE + policy('p', '{ port: 80 }'), BASE + policy('p', '{ port: 80 }, { port: 443 }')),
    ).toEqual(['shop/web[Pod] -> shop/cart[Pod]: TCP 80 => TCP 80, 443']);
  });

  it('take address ranges apart where either side does', () => {
    const block = ', { ipBlock: { cidr: 203.0.113.0/24 } }';
    expect(changes(BASE + policy('p', '{ port: 80 }'), BASE + policy('p', '{ port: 80 }', block))).toEqual([
      '203.0.113.0-203.0.113.255 -> shop/cart[Pod]: none => TCP 80',
    ]);
  });

  it('count a workload that comes or goes as talking with nobody where it is not', () => {
    const lines = changes(
      BASE + policy('p', '{ port: 80 }'),
      BASE.replaceAll('web', 'api') + policy('p', '{ port: 80 }'),
    );
    expect(lines).toContain('shop/web[Pod] -> shop/cart[Pod]: TCP 80 => none');
    expect(lines).toContain('shop/cart[Pod] -> shop/api[Pod]: none => all');
  });

  const to = (ports: string, ...from: string[]): string =>
    from.map((one) => `{ from: [${one}], ports: [${ports}] }`).join(', ');
  const app = (name: string): string => `{ podSelector: { matchLabels: { app: ${name} } } }`;
  const block = (cidr: string): string => `{ ipBlock: { cidr: ${cidr} } }`;
  const cart = (...rules: string[]): string => `${BASE}---
kind: Pod
apiVersion: v1
metadata: { name: api, namespace: shop, labels: { app: api } }
spec: { containers: [{ name: main, image: api }] }
---
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: { name: p, namespace: shop }
spec: { podSelector: { matchLabels: { app: cart } }, policyTypes: [Ingress], ingress: [${rules.join(', ')}] }
`;
  const P80 = '{ port: 80 }';

  it('are those of other peers, though they get what others had', () => {
    expect(changes(cart(to(P80, app('web'))), cart(to(P80, app('api'))))).toEqual([
      'shop/api[Pod] -> shop/cart[Pod]: none => TCP 80',
      'shop/web[Pod] -> shop/cart[Pod]: TCP 80 => none',
    ]);
  });

  it('are those of one group of peers among several, whatever the groups are counted by', () => {
    const before = [to(P80, app('api')), to('{ port: 81 }', app('web'))];
    expect(changes(cart(...before), cart(to(P80, app('api')), to('{ port: 82 }', app('web'))))).toEqual([
      'shop/web[Pod] -> shop/cart[Pod]: TCP 81 => TCP 82',
    ]);
    expect(
      changes(cart(...before), cart(to('{ port: 82 }', app('api')), to('{ port: 81 }', app('web')))),
    ).toEqual(['shop/api[Pod] -> shop/cart[Pod]: TCP 80 => TCP 82']);
    expect(changes(cart(...before), cart(...before.reverse()))).toEqual([]);
  });

  it('are those of addresses alone', () => {
    const line = '203.0.113.0-203.0.113.255 -> shop/cart[Pod]';
    const opened = cart(to(P80, block('203.0.113.0/24')));
    expect(changes(cart(), opened)).toEqual([`${line}: none => TCP 80`]);
    expect(changes(opened, cart())).toEqual([`${line}: TCP 80 => none`]);
    expect(changes(opened, cart(to('{ port: 81 }', block('203.0.113.0/24'))))).toEqual([
      `${line}: TCP 80 => TCP 81`,
    ]);
    expect(changes(opened, cart(to(P80, block('203.0.113.0/25'), block('203.0.113.128/25'))))).toEqual([]);
    expect(changes(opened, cart(to(P80, block('203.0.113.0/25'))))).toEqual([
      '203.0.113.128-203.0.113.255 -> shop/cart[Pod]: TCP 80 => none',
    ]);
  });

  it('are those of addresses of both IP versions, each for itself', () => {
    const [four, six] = [block('0.0.0.0/1'), block('2001:db8::/32')];
    expect(changes(cart(to(P80, four)), cart(to(P80, six)))).toEqual([
      '0.0.0.0-127.255.255.255 -> shop/cart[Pod]: TCP 80 => none',
      '2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff -> shop/cart[Pod]: none => TCP 80',
    ]);
    expect(
      comparedPeers(compared(cart(to(P80, four))), compared(cart(to(P80, six)))).map(({ id }) => id),
    ).toEqual([
      'shop/api[Pod]',
      'shop/cart[Pod]',
      'shop/web[Pod]',
      '0.0.0.0-127.255.255.255',
      '128.0.0.0-255.255.255.255',
      '::-2001:db7:ffff:ffff:ffff:ffff:ffff:ffff',
      '2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff',
      '2001:db9::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    ]);
  });

  it('are listed by the ids of both sides together', () => {
    const renamed = (name: string): string => BASE.replaceAll('web', name);
    expect(comparedPeers(compared(renamed('b')), compared(renamed('a'))).map(({ id }) => id)).toEqual([
      'shop/a[Pod]',
      'shop/b[Pod]',
      'shop/cart[Pod]',
      '0.0.0.0-255.255.255.255',
      '::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    ]);
  });

  it.each(FAMILIES)('are those of a walk over all pairs, in %s clusters', (family) => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.array(fc.nat(40), { maxLength: 4 }), (seed, dropped) => {
        const { manifests, options } = generate(family, seed);
        const before = model(manifests, options);
        const after = model(
          manifests.filter((_, index) => !dropped.includes(index)),
          options,
        );
        expect(changedPairs(before, after)).toEqual(walked(before, after));
      }),
      { numRuns: Number(process.env['COMPARE_RUNS'] ?? 60) },
    );
  });
});

describe('ends that a change touches', () => {
  const POD = (name: string): string => `---
kind: Pod
apiVersion: v1
metadata: { name: ${name}, namespace: shop, labels: { app: ${name} } }
spec: { containers: [{ name: main, image: ${name} }] }
`;
  const touched = (old: string, young: string): string[] => {
    const [before, after] = [compared(old), compared(young)];
    return [...changedEnds(before, after, comparedPeers(before, after), 'ingress')].map(({ id }) => id);
  };
  const P80 = policy('p', '{ port: 80 }');

  it('are the one whose policies say otherwise, and none where they mean the same', () => {
    expect(touched(BASE + P80, BASE + policy('p', '{ port: 81 }'))).toEqual(['shop/cart[Pod]']);
    expect(touched(BASE, BASE + P80)).toEqual(['shop/cart[Pod]']);
    expect(touched(BASE + P80, BASE + policy('q', '{ port: 80, endPort: 80 }'))).toEqual([]);
  });

  it('are a workload that comes or goes, and none that it may talk with', () => {
    expect(touched(BASE, BASE + POD('api'))).toEqual(['shop/api[Pod]']);
    expect(touched(BASE + POD('api') + P80, BASE + P80)).toEqual(['shop/api[Pod]']);
    // Nor one whose only new peer it is.
    const fromApi = P80.replace('matchLabels: { app: web }', 'matchLabels: { app: api }');
    expect(touched(BASE + fromApi, BASE + fromApi + POD('api'))).toEqual(['shop/api[Pod]']);
    expect(touched(BASE + POD('api') + fromApi, BASE + fromApi)).toEqual(['shop/api[Pod]']);
  });

  it('are none where several groups of peers come in another order', () => {
    const among = (first: string, second: string): string => `---
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: { name: p, namespace: shop }
spec: { podSelector: { matchLabels: { app: cart } }, ingress: [${first}, ${second}] }
`;
    const rule = (app: string, port: number): string =>
      `{ from: [{ podSelector: { matchLabels: { app: ${app} } } }], ports: [{ port: ${port} }] }`;
    const pods = BASE + POD('api');
    const [a, b] = [among(rule('api', 80), rule('web', 81)), among(rule('web', 81), rule('api', 80))];
    expect(touched(pods + a, pods + b)).toEqual([]);
    // The first group of the one is the second of the other: a workload before it is there on one side only.
    expect(
      touched(
        pods + POD('aaa') + among(rule('aaa', 82), rule('web', 81)),
        pods + among(rule('aaa', 82), rule('web', 81)),
      ),
    ).toEqual(['shop/aaa[Pod]']);
  });

  it('say on which side a workload is', () => {
    const peers = comparedPeers(compared(BASE), compared(BASE + POD('api')));
    const [api, cart] = peers;
    expect([api?.id, api?.before, api?.after?.type]).toEqual(['shop/api[Pod]', undefined, 'workload']);
    expect([cart?.id, cart?.before?.type, cart?.after?.type]).toEqual([
      'shop/cart[Pod]',
      'workload',
      'workload',
    ]);
  });
});

const NOTHING: Verdict = { allowed: ConnectionSet.NONE, undecided: ConnectionSet.NONE };

describe('isolation', () => {
  it('begins and ends with the policies that cause it', () => {
    const [open, closed] = [compared(BASE), compared(BASE + policy('p', '{ port: 80 }'))];
    const said = (before: Compared, after: Compared): unknown[] =>
      isolationChanges(before, after).map(({ workload, by, ...rest }) => ({
        ...rest,
        workload: workload.id,
        by: by.map(policyId),
      }));
    const change = { workload: 'shop/cart[Pod]', direction: 'ingress', by: ['NetworkPolicy/shop/p'] };
    expect(said(open, closed)).toEqual([{ ...change, change: 'isolated' }]);
    expect(said(closed, open)).toEqual([{ ...change, change: 'opened' }]);
    expect(said(closed, compared(BASE + policy('q', '{ port: 81 }')))).toEqual([]);
    // A workload that was not there before was not isolated, nor open.
    expect(said(compared(BASE.replaceAll('cart', 'old')), closed)).toEqual([]);
  });
});

/** Every pair, whatever can have changed. */
function walked(before: Compared, after: Compared): ChangedPair[] {
  const peers = comparedPeers(before, after);
  const isOutside = (peer: ComparedPeer): boolean => peer.before?.type === 'addresses';
  return peers.flatMap((from) =>
    peers.flatMap((to) => {
      if (from === to || (isOutside(from) && isOutside(to))) return [];
      const old = from.before && to.before ? before.reachability.connection(from.before, to.before) : NOTHING;
      const young = from.after && to.after ? after.reachability.connection(from.after, to.after) : NOTHING;
      return old.allowed === young.allowed && old.undecided === young.undecided
        ? []
        : [{ from, to, before: old, after: young }];
    }),
  );
}
