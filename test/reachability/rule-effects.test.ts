import { buildCluster } from '../../src/model/build-cluster';
import { readPolicies } from '../../src/policies/read-policies';
import { evaluate } from '../../src/reachability/evaluate';
import type { CniProfileName } from '../../src/reachability/reachability';
import { ineffectiveRules, selectsNoPod } from '../../src/reachability/rule-effects';
import { resourcesOf } from '../policies/resource-fixture';
import { object } from './world';
import { PODS, world, effects, calicoPolicy, ingress, global, from } from './rule-effects-fixture';

describe('ineffectiveRules', () => {
  it('finds a rule that another one of the policy contains', () => {
    expect(effects(ingress('a', `${from('tier: back')}, ${from('app: orders', '{ port: 80 }')}`))).toEqual([
      'repeated NetworkPolicy/shop/a ingress[1] by NetworkPolicy/shop/a',
    ]);
  });

  it('finds a narrow rule before the wide one', () => {
    expect(effects(ingress('a', `${from('app: orders', '{ port: 80 }')}, ${from('tier: back')}`))).toEqual([
      'repeated NetworkPolicy/shop/a ingress[0] by NetworkPolicy/shop/a',
    ]);
  });

  it('finds what several rules contain together', () => {
    const rules = [from('app: orders'), from('app: ledger'), from('tier: back')].join(', ');
    expect(effects(ingress('a', rules))).toEqual([
      'repeated NetworkPolicy/shop/a ingress[2] by NetworkPolicy/shop/a',
    ]);
  });

  it('keeps the first of equal rules', () => {
    expect(effects(ingress('a', from('app: web')) + ingress('b', from('app: web')))).toEqual([
      'repeated NetworkPolicy/shop/b ingress[0] by NetworkPolicy/shop/a',
    ]);
  });

  it('keeps a rule that is needed by one of its pods', () => {
    const one = ingress('a', from('app: web'), '{ matchLabels: { app: orders } }');
    expect(effects(one + ingress('b', from('app: web')))).toEqual([
      'repeated NetworkPolicy/shop/a ingress[0] by NetworkPolicy/shop/b',
    ]);
    const other = ingress('b', from('app: web'), '{ matchLabels: { app: ledger } }');
    expect(effects(one + other)).toEqual([]);
  });

  it('says nothing of rules that match nothing, nor of policies that select nothing', () => {
    expect(effects(ingress('a', `${from('app: gone')}, ${from('app: gone')}`))).toEqual([]);
    expect(
      effects(
        ingress('a', from('app: web')) + ingress('b', from('app: web'), '{ matchLabels: { app: gone } }'),
      ),
    ).toEqual([]);
  });

  it('does not take what may match for what does', () => {
    const block = `{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }`;
    expect(effects(ingress('a', `${block}, ${from('app: web')}`))).toEqual([]);
  });

  it('finds an Allow behind a Deny (calico-policy-model 5.3)', () => {
    const rules = `{ action: Deny }, { action: Allow, source: { selector: app == "web" } }`;
    expect(effects(global('g', rules))).toEqual([
      'shadowed GlobalNetworkPolicy/g ingress[1] by GlobalNetworkPolicy/g',
    ]);
  });

  it('finds a NetworkPolicy behind a Calico policy of a lower order (calico-policy-model 5.2)', () => {
    const deny = '{ action: Deny, source: { selector: app == "web" } }';
    const policy = ingress('a', from('app: web'));
    expect(effects(global('g', deny, 'order: 10,') + policy)).toEqual([
      'shadowed NetworkPolicy/shop/a ingress[0] by GlobalNetworkPolicy/g',
    ]);
    // Behind all NetworkPolicies the Deny is what comes too late.
    expect(effects(global('g', deny, 'order: 2000,') + policy)).toEqual([
      'shadowed GlobalNetworkPolicy/g ingress[0] by NetworkPolicy/shop/a',
    ]);
  });

  it('goes on to the next tier after a Pass, and not after the end of a tier', () => {
    const early = object('projectcalico.org/v3', 'Tier', 'early', 'order: 10');
    const pass = global('early.g', '{ action: Pass, source: { selector: app == "web" } }', 'tier: early,');
    expect(effects(early + pass + ingress('a', from('app: web')))).toEqual([]);
    expect(effects(early + pass + ingress('a', from('app: orders')))).toEqual([
      'shadowed NetworkPolicy/shop/a ingress[0] by ',
    ]);
  });

  it('keeps no deny that the end of the tier would do as well: it says what is meant', () => {
    expect(
      effects(global('g', '{ action: Allow, source: { selector: app == "web" } }, { action: Deny }')),
    ).toEqual([]);
  });

  it('keeps an Allow before a Deny that only a later Allow repeats: without it the Deny decides', () => {
    const labels = (...names: string[]): string =>
      `source: { selector: "app in {${names.map((one) => `'${one}'`).join(', ')}}" }`;
    const tcp80 = 'protocol: TCP, destination: { ports: [80] }';
    const rules = [
      `{ action: Allow, ${tcp80.replace('destination', `${labels('web')}, destination`)} }`,
      `{ action: Deny, ${tcp80.replace('destination', `${labels('web', 'orders')}, destination`)} }`,
      '{ action: Allow }',
    ];
    expect(effects(global('g', rules.join(', ')))).toEqual([]);
  });

  it('keeps an Allow in a tier that ends in a deny, though a later tier allows the same to others', () => {
    const early = object('projectcalico.org/v3', 'Tier', 'early', 'order: 10');
    const allow = '{ action: Allow, source: { selector: app == "web" } }';
    const guard = global('early.g', allow, `tier: early, selector: app == "ledger",`);
    expect(effects(early + guard + ingress('open', '{}'))).toEqual([]);
  });

  it('goes on to the next tier at the end of one that passes', () => {
    const early = object('projectcalico.org/v3', 'Tier', 'early', 'order: 10, defaultAction: Pass');
    const guard = global(
      'early.g',
      '{ action: Allow, source: { selector: app == "orders" } }',
      'tier: early,',
    );
    expect(effects(early + guard + ingress('a', from('app: web')))).toEqual([]);
    expect(effects(early + guard + ingress('a', from('app: orders')))).toEqual([
      'repeated NetworkPolicy/shop/a ingress[0] by GlobalNetworkPolicy/early.g',
    ]);
  });

  it('keeps a rule that another repeats, where for one of its pods something else stands between', () => {
    const web = 'source: { selector: app == "web" }';
    const port = 'protocol: TCP, destination: { ports: [80] }';
    const narrow = global(
      'narrow',
      `{ action: Allow, protocol: TCP, ${web}, destination: { ports: [80] } }`,
      'order: 1,',
    );
    const wide = global('wide', `{ action: Allow, ${web} }`, 'order: 3,');
    expect(effects(narrow + wide)).toEqual([
      'repeated GlobalNetworkPolicy/narrow ingress[0] by GlobalNetworkPolicy/wide',
    ]);
    for (const one of ['ledger', 'orders', 'web']) {
      const deny = global('deny', `{ action: Deny, ${port} }`, `order: 2, selector: app == "${one}",`);
      expect(effects(narrow + wide + deny)).toEqual([]);
    }
  });

  it.each(['ledger', 'orders', 'web'])(
    'keeps a rule that only %s needs, whichever pod is judged first',
    (needs) => {
      const others = ['ledger', 'orders', 'web'].filter((one) => one !== needs);
      const wide = ingress(
        'b',
        from('tier: back'),
        `{ matchExpressions: [{ key: app, operator: In, values: [${others.join(', ')}] }] }`,
      );
      expect(effects(ingress('a', from('app: orders', '{ port: 80 }')) + wide)).toEqual([]);
      const all = ingress('b', from('tier: back'));
      expect(effects(ingress('a', from('app: orders', '{ port: 80 }')) + all)).toEqual([
        'repeated NetworkPolicy/shop/a ingress[0] by NetworkPolicy/shop/b',
      ]);
    },
  );

  it.each(['ledger', 'orders', 'web'])(
    'says that a rule comes too late where it does for %s, and is repeated for others',
    (late) => {
      const source = 'source: { selector: app == "web" }';
      const deny = global('deny', `{ action: Deny, ${source} }`, `order: 10, selector: app == "${late}",`);
      const open = global('open', `{ action: Allow, ${source} }`, 'order: 11,');
      expect(effects(deny + open + ingress('a', from('app: web')))).toEqual([
        'shadowed NetworkPolicy/shop/a ingress[0] by GlobalNetworkPolicy/deny, GlobalNetworkPolicy/open',
      ]);
    },
  );

  it('says nothing of a rule whose own side holds for no pod', () => {
    const own = (app: string): string => `{ action: Allow, destination: { selector: app == "${app}" } }`;
    expect(effects(global('g', own('gone')))).toEqual([]);
    expect(effects(global('g', `{ action: Allow }, ${own('gone')}`))).toEqual([]);
    expect(effects(global('g', `{ action: Allow }, ${own('web')}`))).toEqual([
      'repeated GlobalNetworkPolicy/g ingress[1] by GlobalNetworkPolicy/g',
    ]);
  });

  it('takes every range of peers of a rule, wherever they stand', () => {
    // By position: ops/agent, shop/ledger, shop/orders, shop/web.
    const some = '{ matchExpressions: [{ key: app, operator: In, values: [ledger, web] }] }';
    const both = ingress('a', `{ from: [{ podSelector: ${some} }] }`);
    for (const one of ['ledger', 'web'])
      expect(effects(both + ingress('b', from(`app: ${one}`)))).toEqual([
        'repeated NetworkPolicy/shop/b ingress[0] by NetworkPolicy/shop/a',
      ]);
    expect(effects(both + ingress('b', from('app: orders')))).toEqual([]);
  });

  it('names those policies only that have something in common with the rule', () => {
    const apart = [
      ingress('a', from('app: orders')),
      ingress('b', from('app: web', '{ protocol: UDP, port: 80 }')),
      ingress('c', from('app: gone')),
    ].join('');
    const halves = [
      ingress('d', from('app: web', '{ port: 80, endPort: 85 }')),
      ingress('e', `${from('app: ledger')}, ${from('app: web', '{ port: 86, endPort: 90 }')}`),
    ].join('');
    expect(effects(apart + halves + ingress('f', from('app: web', '{ port: 80, endPort: 90 }')))).toEqual([
      'repeated NetworkPolicy/shop/f ingress[0] by NetworkPolicy/shop/d, NetworkPolicy/shop/e',
    ]);
  });

  it('is asked twice and answers the same', () => {
    const { reachability } = world(ingress('a', `${from('app: web')}, ${from('app: web')}`));
    expect(ineffectiveRules(reachability)).toHaveLength(1);
    expect(ineffectiveRules(reachability)).toBe(ineffectiveRules(reachability));
  });

  it('takes answers of evaluate only', () => {
    const fake = { ...world('').reachability };
    expect(() => ineffectiveRules(fake)).toThrow(TypeError);
    const policy = calicoPolicy('app == "gone"');
    expect(() => selectsNoPod(fake, policy)).toThrow(TypeError);
  });

  it('say which policies select no pod; one that does not decide is none of them', () => {
    const selects = (selector: string, cni?: CniProfileName): boolean => {
      const resources = resourcesOf(PODS + global('g', '', `selector: ${selector},`));
      const policies = readPolicies(resources);
      const reachability = evaluate(buildCluster(resources), policies, cni === undefined ? {} : { cni });
      return policies.calico.every((policy) => selectsNoPod(reachability, policy));
    };
    expect([selects('app == "gone"'), selects('app == "web"')]).toEqual([true, false]);
    expect(selects('app == "gone"', 'kubernetes')).toBe(false);
  });
});
