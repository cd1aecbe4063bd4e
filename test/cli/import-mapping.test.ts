import { cli, folderOf } from './cli-run';

const home = process.cwd();
afterEach(() => {
  process.chdir(home);
});

const deployment = (namespace: string, name: string, more: object = {}): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [{ name: 'c', image: 'x', ports: [{ name: 'web', containerPort: 8080 }], ...more }],
      },
    },
  },
});

interface Lived {
  readonly from?: string;
  readonly to?: string;
}

const podMeta = (name: string, owner: string) => ({
  name,
  namespace: 'shop',
  ownerReferences: [
    { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${owner}-5c4d7f6b8`, uid: 'u', controller: true },
  ],
});

/** A pod of a Deployment, as `kubectl get -o json` has it. */
const pod = (namespace: string, owner: string, ip: string, { from, to }: Lived = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    ...podMeta(`${owner}-5c4d7f6b8-${(ip.split('.').at(-1) ?? '').padStart(5, 'bcdf')}`, owner),
    namespace,
    ...(to === undefined ? {} : { deletionTimestamp: to }),
  },
  spec: { containers: [] },
  status: { phase: 'Running', podIP: ip, startTime: from ?? '2026-11-01T00:00:00Z' },
});

const service = (name: string, spec: object, namespace = 'shop'): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace },
  spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 'web' }], ...spec },
});

const NODE = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'node-1' },
  spec: { podCIDR: '10.244.0.0/24' },
  status: { addresses: [{ type: 'InternalIP', address: '192.168.7.11' }] },
};

const SHOP = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
  deployment('shop', 'frontend', { readinessProbe: { httpGet: { port: 'web' } } }),
  deployment('shop', 'cart'),
  deployment('shop', 'ads'),
];

const PODS = [
  NODE,
  pod('shop', 'frontend', '10.244.0.5'),
  pod('shop', 'cart', '10.244.0.9'),
  pod('shop', 'ads', '10.244.0.10'),
];

const list = (items: readonly object[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });

interface Seen {
  readonly objects?: readonly object[];
  readonly snapshots?: readonly (readonly object[])[];
  readonly flows: string;
}

/** The intents of an import, a line each, and what was said beside them. */
async function imported({ objects = [], snapshots = [PODS], flows }: Seen, ...words: string[]) {
  const files = Object.fromEntries(snapshots.map((items, index) => [`snapshots/${index}.json`, list(items)]));
  process.chdir(folderOf({ 'app.json': list([...SHOP, ...objects]), 'flows.log': flows, ...files }));
  const options = ['--manifests', 'app.json', ...(snapshots.length === 0 ? [] : ['--snapshot', 'snapshots'])];
  const run = (form: string) => cli(['import', 'flows.log', ...options, ...words, '-o', form]);
  const { objects: made, ...rest } = JSON.parse((await run('json')).out);
  const intents = made.flatMap(({ metadata, spec }: any) =>
    spec.targets.map(
      (target: object) => `${metadata.namespace}/${spec.workload.name} ${JSON.stringify(target)}`,
    ),
  );
  return { intents, err: (await run('yaml')).err, ...rest };
}

const HEAD = 'time,count,source_ip,source_port,destination_ip,destination_port,protocol,verdict,reply\n';
const at = (hour: number): string => `2026-11-02T${String(hour).padStart(2, '0')}:00:00Z`;
const row = (from: string, to: string, port: number, { hour = 10, count = 5, sport = 40000 } = {}): string =>
  `${at(hour)},${count},${from},${sport},${to},${port},TCP,,false\n`;

const CALLS_CART = 'shop/frontend {"service":{"name":"cart"}}';
const CART = service('cart', { clusterIP: '10.96.0.7' });

describe('what intents import makes of addresses', () => {
  it('takes addresses of pods from the manifests themselves, where these have Pods', async () => {
    const flows = HEAD + row('10.244.0.5', '10.244.0.9', 8080);
    const { intents } = await imported({ objects: [CART, ...PODS.slice(1)], snapshots: [], flows });
    expect(intents).toEqual([CALLS_CART]);
  });

  it('takes names of pods for the workloads that a snapshot has above them, whatever they are called', async () => {
    const named = (from: string, to: string): string =>
      `${JSON.stringify({ time: at(10), count: 5, source_namespace: 'shop', source_pod: from, destination_namespace: 'shop', destination_pod: to, port: 8080 })}\n`;
    const odd = { ...pod('shop', 'cart', '10.244.0.9'), metadata: { ...podMeta('odd-one', 'cart') } };
    const flows = named('frontend-5c4d7f6b8-bcdf5', 'odd-one');
    const seen = { objects: [CART], flows };
    expect((await imported({ ...seen, snapshots: [[...PODS, odd]] })).intents).toEqual([CALLS_CART]);
    expect((await imported(seen)).intents).toEqual([]);
  });

  it('takes the address of a Service for the pods behind it, on their port', async () => {
    const flows = HEAD + row('10.244.0.5', '10.96.0.7', 80);
    const { intents, evidence } = await imported({ objects: [CART], flows });
    expect(intents).toEqual([CALLS_CART]);
    expect(evidence[0].calls[0]).toMatchObject({ to: 'shop/cart[Deployment]', port: 8080 });
  });

  it('follows DNAT of conntrack to the pod that answered', async () => {
    const flows = `[1793613600.1]\t [UPDATE] tcp      6 60 SYN_RECV src=10.244.0.5 dst=10.96.0.7 sport=40001 dport=80 src=10.244.0.9 dst=10.244.0.5 sport=8080 dport=40001\n`;
    const { intents } = await imported({ objects: [CART], flows: flows.repeat(1) });
    expect(intents).toEqual([CALLS_CART]);
  });

  it('never takes a reply for a call, whichever record comes first', async () => {
    // Nothing in the default format of a VPC says which record is the one of the reply.
    const line = (from: string, sport: number, to: string, port: number): string =>
      `2 123456789012 eni-1 ${from} ${to} ${sport} ${port} 6 10 840 1793613600 1793613630 ACCEPT OK\n`;
    const there = line('10.244.0.5', 40000, '10.244.0.9', 8080);
    const back = line('10.244.0.9', 8080, '10.244.0.5', 40000);
    for (const [flows, expected] of [
      [there + back, [CALLS_CART]],
      [back + there, [CALLS_CART]],
      [back, []],
    ] as const) {
      const { intents, records } = await imported({ objects: [CART], flows });
      expect(intents).toEqual(expected);
      expect(records.aside.reply).toBe(1);
    }
  });

  it('names no client for a call that comes with the address of a node, and says why', async () => {
    const flows = HEAD + row('192.168.7.11', '10.244.0.9', 9999);
    const { intents, err } = await imported({ flows });
    expect(intents).toEqual([]);
    expect(err).toContain(
      'From nodes: pods on the network of the host, or callers that a node stands for (NAT)',
    );
  });

  it('follows a node port to the Service behind it', async () => {
    const cart = service('cart', {
      type: 'NodePort',
      ports: [{ port: 80, targetPort: 'web', nodePort: 30080 }],
    });
    const flows = HEAD + row('10.244.0.5', '192.168.7.11', 30080);
    expect((await imported({ objects: [cart], flows })).intents).toEqual([CALLS_CART]);
  });

  it('tells who had an address at the time of a record, when it was given out again', async () => {
    const first = [NODE, PODS[1] ?? {}, pod('shop', 'cart', '10.244.0.9', { to: at(12) })];
    const second = [NODE, PODS[1] ?? {}, pod('shop', 'ads', '10.244.0.9', { from: at(13) })];
    const calls = (hour: number) => HEAD + row('10.244.0.5', '10.244.0.9', 8080, { hour });
    const seen = { objects: [CART, service('ads', {})], snapshots: [first, second] };
    expect((await imported({ ...seen, flows: calls(10) })).intents).toEqual([CALLS_CART]);
    expect((await imported({ ...seen, flows: calls(14) })).intents).toEqual([
      'shop/frontend {"service":{"name":"ads"}}',
    ]);
    const between = await imported({ ...seen, flows: calls(12) });
    expect(between.intents).not.toContain('shop/frontend {"service":{"name":"ads"}}');
  });

  it('names an address outside by the DNS records that were seen, and by itself without', async () => {
    const gadget = (more: object): string =>
      `${JSON.stringify({ k8s: { namespace: 'shop', podName: 'frontend-5c4d7f6b8-bcdf5' }, timestamp: at(10), ...more })}\n`;
    const end = (addr: string, port: number, proto: string) => ({ addr, port, proto, version: 4 });
    const call = gadget({
      ...{ src: end('10.244.0.5', 40001, 'TCP'), dst: end('198.51.100.7', 443, 'TCP') },
      ...{ type: 'connect', error: '' },
    }).repeat(3);
    const answer = gadget({
      ...{ src: end('10.96.0.10', 53, 'UDP'), dst: end('10.244.0.5', 40000, 'UDP') },
      ...{ nameserver: { addr: '10.96.0.10' }, qr: 'R', qtype: 'A', pkt_type: 'HOST', rcode: 'Success' },
      ...{ name: 'api.example.com.', addresses: '198.51.100.7' },
    });
    const [named, bare] = [await imported({ flows: answer + call }), await imported({ flows: call })];
    expect(named.intents).toEqual([
      'shop/frontend {"internet":{"domains":["api.example.com"],"ports":[443]}}',
    ]);
    expect(bare.intents).toEqual(['shop/frontend {"internet":{"ips":["198.51.100.7"],"ports":[443]}}']);
  });

  it('knows health probes of nodes', async () => {
    const flows = HEAD + row('192.168.7.11', '10.244.0.5', 8080);
    const { intents, err } = await imported({ flows });
    expect(intents).toEqual([]);
    expect(err).toContain('Health probes: no policy is in their way (5 connections)');
  });

  it('leaves out what runs the cluster, in kube-system or where it is said to be', async () => {
    const monitoring = deployment('monitoring', 'prometheus');
    const dns = deployment('kube-system', 'coredns');
    const pods = [
      ...PODS,
      pod('kube-system', 'coredns', '10.244.0.2'),
      pod('monitoring', 'prometheus', '10.244.0.3'),
    ];
    const flows =
      HEAD +
      row('10.244.0.5', '10.244.0.2', 53) +
      row('10.244.0.2', '10.244.0.9', 8080) +
      row('10.244.0.3', '10.244.0.9', 8080);
    const seen = { objects: [CART, monitoring, dns], snapshots: [pods], flows };
    const byDefault = await imported(seen);
    expect(byDefault.intents).toEqual(['monitoring/prometheus {"service":{"name":"cart.shop"}}']);
    expect(byDefault.err).toContain('To the DNS of the cluster: default denies keep it open (5 connections)');
    expect(byDefault.err).toContain('With what runs the cluster');
    const words = ['--infrastructure', 'kube-system', '--infrastructure', 'monitoring'];
    expect((await imported(seen, ...words)).intents).toEqual([]);
  });

  it('counts what it cannot map, with a reason, a remedy and examples', async () => {
    const flows =
      HEAD +
      row('10.244.0.77', '10.244.0.9', 8080).repeat(3) +
      row('172.20.1.1', '10.244.0.9', 8080) +
      row('10.244.0.5', '10.96.0.99', 80);
    const { intents, err, unmapped, records } = await imported({ flows }, '--min-confidence', 'low');
    expect(intents).toEqual(['shop/frontend {"internet":{"ips":["10.96.0.99"],"ports":[80]}}']);
    expect(unmapped.map(({ reason, records: count }: any) => [reason, count])).toEqual([
      ['unknown-pod-address', 3],
    ]);
    expect(err).toContain('addresses in the range of pods that no known pod had (give --snapshot');
    expect(err).toContain('10.244.0.77 (3)');
    expect(records.total).toBe(6);
  });

  it('takes what was seen often enough, surely enough, and in the time that is asked for', async () => {
    const flows =
      HEAD +
      row('10.244.0.5', '10.244.0.9', 8080, { hour: 8, count: 9 }) +
      row('10.244.0.9', '10.244.0.10', 8080, { hour: 12, count: 2 }) +
      row('10.244.0.10', '10.244.0.9', 7777, { hour: 12, count: 1 });
    const seen = { objects: [CART, service('ads', {})], flows };
    const cart = 'shop/cart {"service":{"name":"ads"}}';
    expect((await imported(seen)).intents).toEqual([cart, CALLS_CART]);
    expect((await imported(seen, '--min-count', '3')).intents).toEqual([CALLS_CART]);
    expect((await imported(seen, '--min-confidence', 'high')).intents).toEqual([CALLS_CART]);
    expect((await imported(seen, '--min-confidence', 'low')).intents).toHaveLength(3);
    expect((await imported(seen, '--since', at(10))).intents).toEqual([cart]);
    expect((await imported(seen, '--until', at(10))).intents).toEqual([CALLS_CART]);
    const { evidence } = await imported(seen);
    expect(evidence.map(({ calls: [call] }: any) => [call.confidence, call.doubts])).toEqual([
      ['medium', ['seen 2 times']],
      ['high', []],
    ]);
  });
});
