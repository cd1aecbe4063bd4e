import type { Played } from './play';
import { iso, nothing, type PlayedFormat } from './written-format';

/** Answers of DNS as CoreDNS hands them on (dnstap), for logs that know addresses only. */
export function dnstapLine({ client, time, lookup }: Played): string | undefined {
  return lookup === undefined ? undefined : answerLine({ client, time }, lookup);
}

function answerLine(
  { client, time }: Pick<Played, 'client' | 'time'>,
  { name, address }: NonNullable<Played['lookup']>,
): string {
  return JSON.stringify({
    type: 'MESSAGE',
    identity: 'coredns',
    message: {
      type: 'CLIENT_RESPONSE',
      query_time: iso(time),
      response_time: iso(time),
      socket_family: 'INET',
      socket_protocol: 'UDP',
      query_address: client.ip,
      response_address: '10.96.0.10',
      query_port: client.port,
      response_port: 53,
      response_message: `;; opcode: QUERY, status: NOERROR, id: 1\n;; flags: qr rd ra; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 0\n\n;; QUESTION SECTION:\n;${name}.\tIN\t A\n\n;; ANSWER SECTION:\n${name}.\t30\tIN\tA\t${address}\n`,
    },
  });
}

/** The questions of a client before it calls: for the address outside, or of the Service. */
function lookupOf({ lookup, service }: Played): Played['lookup'] {
  if (lookup !== undefined || service === undefined) return lookup;
  const { name, namespace } = service.service;
  return { name: `${name}.${namespace}.svc.cluster.local`, address: service.ip };
}

function coredns(one: Played): string[] {
  const name = lookupOf(one)?.name;
  const { client, time } = one;
  if (name === undefined) return [];
  return [
    `${iso(time)} [INFO] ${client.ip}:${client.port} - 1 "A IN ${name}. udp 54 false 512" NOERROR qr,aa,rd 106 0.000123s`,
  ];
}

function dnstapText(one: Played): string[] {
  const name = lookupOf(one)?.name;
  if (name === undefined) return [];
  return ['CQ', 'CR'].map(
    (code) => `${iso(one.time).slice(11, 19)}.000000 ${code} ${one.client.ip} UDP 45b "${name}." IN A`,
  );
}

/** Who asked for a name need not call it, so names alone are no calls. */
export const DNS_FORMATS: readonly PlayedFormat[] = [
  { name: 'coredns', title: 'CoreDNS query logs', file: 'coredns.log', sees: nothing, lines: coredns },
  { name: 'dnstap, text', title: 'dnstap as text', file: 'dnstap.txt', sees: nothing, lines: dnstapText },
  {
    name: 'dnstap, JSON',
    title: 'dnstap as JSON',
    file: 'answers.json',
    sees: nothing,
    lines: (one) => {
      const lookup = lookupOf(one);
      return lookup === undefined ? [] : [answerLine(one, lookup)];
    },
  },
];
