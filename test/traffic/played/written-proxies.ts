import type { Played } from './play';
import { inMesh, iso, nothing, type PlayedFormat } from './written-format';

/** What a client may put into a header, which Envoy writes as it is. */
const AGENT = 'agent "of" [odd] - | characters';

function passes({ client, service, protocol, answered }: Played): boolean {
  return protocol === 'TCP' && service !== undefined && answered && client.pod !== undefined;
}

/** Request, response and the quoted fields, in Istio's format with details. */
function line(one: Played, details: string): string {
  const { server, service, time } = one;
  const quoted = ['-', AGENT, 'id', `${service?.service.name ?? ''}:${service?.port ?? 0}`];
  return `[${iso(time)}] "POST / HTTP/2" 200 - ${details}0 2 1 0 ${quoted.map((word) => `"${word}"`).join(' ')} "${server.ip}:${server.port}"`;
}

/** Istio's default format, by the proxy of the client and by that of the server. */
function istioText(one: Played): string[] {
  const { client, server, service, time } = one;
  if (!passes(one) || service === undefined) return [];
  const { name, namespace } = service.service;
  const host = `${name}.${namespace}.svc.cluster.local`;
  const details = 'via_upstream - "-" ';
  const inbound = {
    ...one,
    time: time + 1,
    server: { ...server, ip: '127.0.0.6' },
  };
  return [
    `${line(one, details)} outbound|${service.port}||${host} ${client.ip}:51000 ${service.ip}:${service.port} ${client.ip}:${client.port} - default`,
    `${line(inbound, details)} inbound|${server.port}|| 127.0.0.6:39999 ${server.ip}:${server.port} ${client.ip}:51000 outbound_.${service.port}_._.${host} default`,
  ];
}

export const PROXY_FORMATS: readonly PlayedFormat[] = [
  {
    name: 'istio access log, text',
    title: 'Istio/Envoy access logs as text',
    file: 'access.log',
    sees: inMesh,
    lines: istioText,
  },
  {
    // The default format has no address of the client: nobody can tell who called.
    name: 'envoy access log, default text',
    title: 'Istio/Envoy access logs as text',
    file: 'envoy.log',
    sees: nothing,
    lines: (one) => (passes(one) ? [line(one, '')] : []),
  },
];
