import { DENY_INGRESS, deployment, lines, policy, read, service } from './proof-fixture';
import type { DeclaredExternal, ExternalCallers, ExternalOrigin } from '../../src/compiler/compilation';
import { parseCidr, type Cidr } from '../../src/model/cidr';
import { NOWHERE } from '../../src/model/place';
import { proveDeclaredExternal } from '../../src/proof/declared-external';
import { findUndeclaredAccess } from '../../src/proof/undeclared-access';

const APP = deployment('web', { port: 8080 }) + deployment('gate') + service('web');
const DENY = DENY_INGRESS;

function open(name: string, from: string): string {
  return policy(
    name,
    `podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [{ ${from}ports: [{ port: 8080 }] }]`,
  );
}

function cidr(text: string): Cidr {
  const { cidr: block } = parseCidr(text, { hostBits: 'error' });
  if (block === undefined) throw new Error(text);
  return block;
}

type CallersOf = (model: ReturnType<typeof read>) => Partial<ExternalCallers>;

/** What the proof says of a way in to web on 8080, in both directions: denied though declared, open though not. */
function judge(yaml: string, callers?: CallersOf, origin?: ExternalOrigin): string[] {
  const model = read(yaml);
  const [server] = model.cluster.workloads.filter(({ name }) => name === 'web');
  const [through] = model.cluster.services;
  if (server === undefined || through === undefined) throw new Error('the fixture has no web');
  const none = { workloads: [], namespaces: [], ranges: [] };
  const way: DeclaredExternal = {
    server,
    service: through,
    ports: [{ protocol: 'TCP', port: 8080 }],
    origin,
    ...(callers === undefined ? {} : { callers: { ...none, ...callers(model) } }),
  };
  const excess = findUndeclaredAccess({ ...model, declared: [], external: [way], severity: 'warning' });
  return lines([...proveDeclaredExternal(model.reachability, [way]), ...excess.findings]);
}

const gate: CallersOf = ({ cluster }) => ({
  workloads: cluster.workloads.filter(({ name }) => name === 'gate'),
});
const office: CallersOf = () => ({ ranges: [cidr('203.0.113.0/24')] });
const FROM_GATE = 'from: [{ podSelector: { matchLabels: { app: gate } } }], ';
const FROM_OFFICE = 'from: [{ ipBlock: { cidr: 203.0.113.0/24 } }], ';

describe('ways in from outside', () => {
  it('hold where anyone gets in, and are no undeclared access', () => {
    expect(judge(APP + DENY + open('external', ''))).toEqual([]);
  });

  it('hold for anyone where a policy shuts out some addresses on purpose', () => {
    const some = 'from: [{ ipBlock: { cidr: 0.0.0.0/0, except: [198.51.100.0/24] } }], ';
    expect(judge(APP + DENY + open('external', some))).toEqual([]);
  });

  it('fail where nobody gets in, and name Service and policy', () => {
    expect(judge(APP + DENY)).toEqual([
      'error external-access-denied: Service shop/web (through an Ingress or a Gateway) offers shop/web[Deployment] to the outside, but addresses outside the cluster cannot reach it on TCP 8080: denied by NetworkPolicy/shop/deny',
    ]);
  });

  it('hold for just the ingress controller', () => {
    expect(judge(APP + DENY + open('external', FROM_GATE), gate)).toEqual([]);
    expect(judge(APP + DENY + open('external', ''), gate)).toEqual([
      expect.stringMatching(
        /^warning undeclared-access: .* lets any address outside the cluster reach shop\/web\[Deployment\] on TCP 8080/,
      ),
    ]);
  });

  it('fail where the controller itself may not go out', () => {
    const closed = policy('closed', 'podSelector: { matchLabels: { app: gate } }, policyTypes: [Egress]');
    expect(judge(APP + DENY + open('external', FROM_GATE) + closed, gate)).toEqual([
      expect.stringMatching(/^error external-access-denied: .* denied by NetworkPolicy\/shop\/closed$/),
    ]);
  });

  it('hold for just the source ranges, and what is beyond them is undeclared', () => {
    expect(judge(APP + DENY + open('external', FROM_OFFICE), office)).toEqual([]);
    const wider = 'from: [{ ipBlock: { cidr: 203.0.112.0/23 } }], ';
    expect(judge(APP + DENY + open('external', wider), office)).toEqual([
      expect.stringMatching(/lets addresses outside the cluster \(203\.0\.112\.0-203\.0\.112\.255\) reach/),
    ]);
    const narrower = 'from: [{ ipBlock: { cidr: 203.0.113.0/25 } }], ';
    expect(judge(APP + DENY + open('external', narrower), office)).toEqual([
      expect.stringMatching(/^warning external-access-undecided: .* 203\.0\.113\.0\/24 can reach it/),
    ]);
    expect(judge(APP + DENY, office)).toEqual([
      expect.stringMatching(/^error external-access-denied: .* but 203\.0\.113\.0\/24 cannot reach it/),
    ]);
  });

  it('hold for a controller that is not in the manifests by its namespace', () => {
    const from = 'from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ingress } } }], ';
    const namespaced: CallersOf = () => ({ namespaces: ['ingress'] });
    expect(judge(APP + DENY + open('external', from), namespaced)).toEqual([]);
    expect(judge(APP + DENY, namespaced)).toEqual([
      expect.stringMatching(/a pod of namespace ingress cannot reach it/),
    ]);
  });

  it('hold for pods that are not in the manifests by the labels that they are known to get', () => {
    const from =
      'from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: edge } }, podSelector: { matchLabels: { gw: public } } }], ';
    const labelled: CallersOf = () => ({ pods: [{ namespace: 'edge', labels: { gw: 'public' } }] });
    expect(judge(APP + DENY + open('external', from), labelled)).toEqual([]);
    expect(judge(APP + DENY, labelled)).toEqual([
      expect.stringMatching(/a pod with gw=public in namespace edge cannot reach it on TCP 8080/),
    ]);
    // A workload of the manifests with these labels is one of them, another one is not.
    const pods = ['public', 'other']
      .map((name) => deployment(`${name}.edge`).replaceAll('app:', 'gw:'))
      .join('');
    const wide = from.replace(', podSelector: { matchLabels: { gw: public } }', '');
    expect(judge(APP + DENY + pods + open('external', from), labelled)).toEqual([]);
    expect(judge(APP + DENY + pods + open('external', wide), labelled)).toEqual([
      expect.stringMatching(/undeclared-access: .* lets edge\/other\[Deployment\] reach/),
    ]);
  });

  it.each<[ExternalOrigin['kind'], string, RegExp]>([
    [
      'api-server',
      'ValidatingWebhookConfiguration/check',
      /The API server calls shop\/web\[Deployment\] for Val/,
    ],
    [
      'scraper',
      'PodMonitor/shop/web',
      /PodMonitor\/shop\/web has the metrics of shop\/web\[Deployment\] scraped/,
    ],
  ])('name what declares them: %s', (kind, object, message) => {
    const origin = { kind, object, place: NOWHERE, policy: 'its-policy' };
    expect(judge(APP + DENY, office, origin)).toEqual([expect.stringMatching(message)]);
  });
});
