import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

/** A made-up cluster: workload i of `workloads` calls the three that follow it, and has two pods. */
const PODS = 2;

interface Pod {
  readonly workload: string;
  readonly name: string;
  readonly ip: string;
}

function pod(workload: number, replica: number): Pod {
  const name = `service-${workload}`;
  const index = workload * PODS + replica;
  return {
    workload: name,
    name: `${name}-6d5f7c9b8-x${replica}x4z`,
    ip: `10.244.${index >> 8}.${index & 255}`,
  };
}

/** The manifests of the cluster: a Deployment and a Service each, and the pods with their addresses. */
export function manifestsOf(workloads: number): string {
  const all: string[] = [];
  for (let workload = 0; workload < workloads; workload++) {
    const name = `service-${workload}`;
    const template = `metadata: { labels: { app: ${name} } }, spec: { containers: [ { name: app, image: app, ports: [ { containerPort: 8080 } ] } ] }`;
    all.push(
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name}, namespace: shop }\nspec: { replicas: ${PODS}, selector: { matchLabels: { app: ${name} } }, template: { ${template} } }`,
      `apiVersion: v1\nkind: Service\nmetadata: { name: ${name}, namespace: shop }\nspec: { selector: { app: ${name} }, ports: [ { port: 80, targetPort: 8080 } ] }`,
    );
  }
  return `${all.join('\n---\n')}\n`;
}

/** One flow as `hubble observe -o json` of Cilium 1.15 writes it, about 1.3 KiB. */
function flow(number: number, workloads: number): string {
  const caller = number % workloads;
  const client = pod(caller, number % PODS);
  const server = pod((caller + 1 + (number % 3)) % workloads, (number >> 1) % PODS);
  const isReply = number % 4 === 3;
  const [from, to] = isReply ? [server, client] : [client, server];
  const port = 32_768 + ((number * 7) % 28_000);
  const time = new Date(1_769_860_800_000 + number * 3).toISOString().replace('Z', '123456Z');
  const end = ({ workload, name }: Pod): object => ({
    ID: number % 4096,
    identity: 20_000 + Number(workload.slice(8)),
    cluster_name: 'default',
    namespace: 'shop',
    labels: [
      `k8s:app=${workload}`,
      'k8s:app.kubernetes.io/part-of=shop',
      'k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name=shop',
      'k8s:io.cilium.k8s.policy.cluster=default',
      `k8s:io.cilium.k8s.policy.serviceaccount=${workload}`,
      'k8s:io.kubernetes.pod.namespace=shop',
    ],
    pod_name: name,
    workloads: [{ name: workload, kind: 'Deployment' }],
  });
  const record = {
    time,
    uuid: `6f1e2a58-9c1d-4b6e-8a3f-${String(number).padStart(12, '0')}`,
    verdict: 'FORWARDED',
    ethernet: { source: '0a:58:0a:f4:01:05', destination: '0a:58:0a:f4:01:01' },
    IP: { source: from.ip, destination: to.ip, ipVersion: 'IPv4' },
    l4: {
      TCP: {
        source_port: isReply ? 8080 : port,
        destination_port: isReply ? port : 8080,
        flags: isReply ? { SYN: true, ACK: true } : { SYN: true },
      },
    },
    source: end(from),
    destination: end(to),
    Type: 'L3_L4',
    node_name: `node-${number % 8}`,
    node_labels: ['kubernetes.io/arch=amd64', 'kubernetes.io/os=linux'],
    event_type: { type: 4, sub_type: 3 },
    traffic_direction: 'EGRESS',
    trace_observation_point: isReply ? 'TO_ENDPOINT' : 'TO_STACK',
    trace_reason: isReply ? 'REPLY' : 'NEW',
    is_reply: isReply,
    Summary: isReply ? 'TCP Flags: SYN, ACK' : 'TCP Flags: SYN',
  };
  return `${JSON.stringify({ flow: record, node_name: `node-${number % 8}`, time })}\n`;
}

/** Writes flows until the file has so many bytes. Gives the number of flows. */
export async function writeFlows(path: string, bytes: number, workloads: number): Promise<number> {
  const file = createWriteStream(path);
  let [written, number] = [0, 0];
  while (written < bytes) {
    let text = '';
    while (text.length < 1 << 20 && written + text.length < bytes) text += flow(number++, workloads);
    written += text.length;
    if (!file.write(text)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
  return number;
}

/** What a log may have that is no call of anybody: each record a new edge. */
export const NOISES = ['ports', 'addresses', 'callers', 'strangers', 'names', 'answers', 'pairs'] as const;
export type Noise = (typeof NOISES)[number];

/**
 * A record as CSV or, of `answers`, as dnstap JSON. `ports`: all ports of one server after the other. `addresses`, `names`:
 * servers outside. `callers`, `strangers`: clients outside, and pods that no manifest has. `answers`: names in DNS. `pairs`: every
 * workload calls every other one.
 */
function noiseLine(noise: Noise, number: number, workloads: number): string {
  const time = '2026-11-02T10:00:00Z';
  const own = (index: number): string => `shop/service-${index % workloads}`;
  const outside = `${11 + (number >> 24)}.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
  const row = (from: string, to: string, port: number): string => `${time},${from},${to},${port}\n`;
  switch (noise) {
    case 'ports':
      return row(own(0), own(1 + Math.floor(number / 65_535)), 1 + (number % 65_535));
    case 'addresses':
      return row(own(number), outside, 443);
    case 'callers':
      return row(outside, own(number), 8080);
    case 'strangers':
      return row(`other/pod-${number}`, own(number), 8080);
    case 'names':
      return row(own(number), `n${number}.example.com`, 443);
    case 'pairs':
      return row(own(number), own(number + Math.floor(number / workloads)), 9_000 + (number >> 17));
    case 'answers': {
      const client = pod(number % workloads, 0).ip;
      const question = `;; QUESTION SECTION:\n;n${number}.example.com.\tIN\t A\n`;
      const answer = `;; ANSWER SECTION:\nn${number}.example.com.\t30\tIN\tA\t${outside}\n`;
      const response = `;; opcode: QUERY, status: NOERROR, id: 1\n;; flags: qr rd ra; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 0\n\n${question}\n${answer}`;
      const message = {
        type: 'CLIENT_RESPONSE',
        response_time: time,
        socket_family: 'INET',
        socket_protocol: 'UDP',
        query_address: client,
        response_address: '10.96.0.2',
        query_port: 40_000,
        response_port: 53,
        response_message: response,
      };
      return `${JSON.stringify({ type: 'MESSAGE', identity: 'dns', version: 'x', message })}\n`;
    }
  }
}

/** Writes so many records of noise, and after the first half of them twenty records of a call at a port nobody declares. */
export async function writeNoise(
  path: string,
  noise: Noise,
  records: number,
  workloads: number,
): Promise<void> {
  const file = createWriteStream(path);
  const isTable = noise !== 'answers';
  if (isTable) file.write('time,from,to,port\n');
  for (let done = 0; done < records; done += 10_000) {
    const last = Math.min(records, done + 10_000);
    let text = '';
    for (let number = done; number < last; number++) text += noiseLine(noise, number, workloads);
    const isMiddle = done <= records / 2 && last > records / 2;
    if (isTable && isMiddle) text += '2026-11-02T10:00:00Z,shop/service-7,shop/service-9,5555\n'.repeat(20);
    if (!file.write(text)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
}
