import { ClientIntents, DefaultDeny, Target } from 'cdk8s-intents';
import type { Chart } from 'cdk8s';
import { SHOP } from '../../../examples/online-boutique/shop';
import {
  changedObjects,
  describeApplication,
  filesOf,
  NOTHING_AUTOMATIC,
  said,
  serious,
  synthesize,
  type Output,
} from './applications';
import { readPolicies } from '../../../src/policies/read-policies';
import { readManifestFiles } from '../../../src/sources/files';
import { connectionsOf, differences, type Difference } from './connections';
import { cutOffs } from './cut-off-rows';
import { expectTable } from './doc-tables';

const NAMESPACE = 'online-boutique';
const CALLS = SHOP.flatMap(({ name, calls }) =>
  Object.keys(calls).map((server) => ({ client: name, server })),
);

/** The 16 calls of the shop, as its environment variables tell them. */
function declareCalls(chart: Chart): void {
  for (const { name, calls } of SHOP) {
    const targets = Object.keys(calls).map((server) => Target.service(server));
    if (targets.length > 0)
      new ClientIntents(chart, `${name}-calls`, { workload: { name, kind: 'Deployment' }, targets });
  }
}

describeApplication('online-boutique', () => {
  const manifests = filesOf('online-boutique/kubernetes-manifests.yaml');
  const handWritten = filesOf('online-boutique/network-policies');
  const shop = (add: (chart: Chart) => void): Output =>
    synthesize({ namespace: NAMESPACE, files: manifests, add });
  const declared = shop((chart) => {
    declareCalls(chart);
    new DefaultDeny(chart, 'deny');
  });
  const byHand = synthesize({
    namespace: NAMESPACE,
    files: [...manifests, ...handWritten],
    compiler: NOTHING_AUTOMATIC,
  });

  it('is brought in unchanged: 35 objects, 12 of them workloads', () => {
    expect(changedObjects(manifests, NAMESPACE, declared)).toEqual([]);
    expect(readManifestFiles(manifests).resources).toHaveLength(35);
    expect(declared.cluster.workloads.map(({ name }) => name)).toEqual(SHOP.map(({ name }) => name).sort());
    expect(declared.cluster.services).toHaveLength(12);
  });

  it('gets 13 policies by hand, each of which selects a workload', () => {
    expect(changedObjects([...manifests, ...handWritten], NAMESPACE, byHand)).toEqual([]);
    expect(handWritten).toHaveLength(13);
    expect(said(byHand, 'policy-selects-nothing', 'policy-on-host-network')).toEqual([]);
    expect(readPolicies(byHand.cluster.resources).kubernetes).toHaveLength(13);
  });

  it('holds: 16 calls proved, and nothing a person must act on', () => {
    expect(CALLS).toHaveLength(16);
    expect(serious(declared)).toEqual([]);
  });

  it('loses ten servers to a default deny without intents, and each is named', () => {
    const rows = [...cutOffs(shop((chart) => new DefaultDeny(chart, 'deny')))];
    const called = new Set(CALLS.map(({ server }) => server));
    expect(rows.map(([name]) => name)).toEqual([...called].filter((name) => name !== 'frontend').sort());
    expect(rows.every(([, { severity }]) => severity === 'warning')).toBe(true);
    expectTable(
      'online-boutique-cut-off',
      ['Workload', 'Service', 'Its callers, to be declared'],
      rows.map(([name, { services }]) => [name, services, callersOf(name)]),
    );
  });

  it('can be talked to by exactly those whom the hand-written policies let in, but for what is listed', () => {
    const [before, after] = [connectionsOf(byHand), connectionsOf(declared)];
    expect(before.size).toBe(12 * 11 + 2 * 2 * 12);
    const differing = differences(before, after);
    expect(
      differing.map(({ from, to, before: was, after: is }) => `${from} > ${to}: ${was} / ${is}`),
    ).toEqual(DIFFERENCES);
    expectTable(
      'online-boutique-differences',
      ['From', 'To', 'Hand-written', 'Declared', 'Why'],
      differing.map((one) => [one.from, one.to, one.before, one.after, whyIngress(one)]),
    );
  });

  it('is closed to the outside without external traffic, and open to the load generator alone', () => {
    const closed = synthesize({
      namespace: NAMESPACE,
      files: manifests,
      add: (chart) => {
        declareCalls(chart);
        new DefaultDeny(chart, 'deny');
      },
      compiler: { externalTraffic: 'off' },
    });
    const callers = [...connectionsOf(closed)].filter(
      ([pair, ports]) => pair.endsWith('> frontend') && ports !== 'none',
    );
    expect(callers).toEqual([['loadgenerator > frontend', 'TCP 8080']]);
    expect(serious(closed)).toEqual([]);
  });

  it('lets each declared call through on the same port as the hand-written policies', () => {
    const [before, after] = [connectionsOf(byHand), connectionsOf(declared)];
    for (const { client, server } of CALLS.filter(({ server }) => server !== 'frontend')) {
      expect(after.get(`${client} > ${server}`)).toMatch(/^TCP \d+$/);
      expect(after.get(`${client} > ${server}`)).toBe(before.get(`${client} > ${server}`));
    }
    const allowed = [...after].filter(([pair, ports]) => ports !== 'none' && !pair.includes('outside'));
    const toOthers = allowed.filter(([pair]) => !pair.endsWith('> frontend')).map(([pair]) => pair);
    expect(toOthers.sort()).toEqual(
      CALLS.filter(({ server }) => server !== 'frontend')
        .map(({ client, server }) => `${client} > ${server}`)
        .sort(),
    );
  });

  it('with egress denied too, can talk to nobody but whom it declares', () => {
    const closed = shop((chart) => {
      declareCalls(chart);
      new DefaultDeny(chart, 'deny', { egress: true });
    });
    expect(serious(closed)).toEqual([]);
    const differing = differences(connectionsOf(declared), connectionsOf(closed));
    const lost = differing.map(({ from, to, before, after }) => `${from} > ${to}: ${before} / ${after}`);
    const names = SHOP.map(({ name }) => name).sort();
    const others = names.filter((name) => name !== 'frontend' && name !== 'loadgenerator');
    expect(lost).toEqual(
      names.flatMap((name) => [
        ...(others.includes(name) ? [`${name} > frontend: TCP 8080 / none`] : []),
        `${name} > outside (IPv4): all / none`,
        `${name} > outside (IPv6): all / none`,
      ]),
    );
    expectTable(
      'online-boutique-egress',
      ['From', 'To', 'Egress open', 'Egress denied', 'Why'],
      differing.map((one) => [one.from, one.to, one.before, one.after, whyEgress(one)]),
    );
  });
});

function callersOf(server: string): string {
  return CALLS.filter((call) => call.server === server)
    .map(({ client }) => client)
    .sort()
    .join(', ');
}

const OTHERS = [
  'adservice',
  'cartservice',
  'checkoutservice',
  'currencyservice',
  'emailservice',
  'loadgenerator',
  'paymentservice',
  'productcatalogservice',
  'recommendationservice',
  'redis-cart',
  'shippingservice',
  'outside (IPv4)',
  'outside (IPv6)',
];

/** All that differs: the hand-written policy of the frontend is one empty rule. */
const DIFFERENCES = OTHERS.map((from) => `${from} > frontend: all / TCP 8080`);

function whyIngress({ from }: Difference): string {
  const open = 'The hand-written rule is empty: every protocol and port';
  if (from === 'loadgenerator')
    return `${open}. The call is declared to Service \`frontend\`, whose target port is 8080.`;
  if (from.startsWith('outside'))
    return `${open}. The LoadBalancer \`frontend-external\` brings traffic to port 8080, and that is let in.`;
  return `${open}. It declares no call, but what a load balancer brings may come from any address, pods not excepted.`;
}

function whyEgress({ from, to }: Difference): string {
  return to === 'frontend'
    ? `The frontend lets anybody in on 8080, but \`${from}\` declares no call to it.`
    : `\`${from}\` declares nothing on the internet. Traffic of shoppers is not meant: replies need no rule.`;
}
