import { nearest, type FieldReader } from '../model/field-reader';
import type { TransportProtocol } from '../model/workloads/workload';

/** The protocols that have ports, in the spelling the API takes. */
export const TRANSPORT_PROTOCOLS: readonly TransportProtocol[] = ['TCP', 'UDP', 'SCTP'];

/** Reads the field `protocol`; undefined when it is absent or, with an error, when it is no protocol. */
export function readTransportProtocol(reader: FieldReader): TransportProtocol | undefined {
  const written = reader.string('protocol');
  if (written === undefined) return undefined;
  const protocol = TRANSPORT_PROTOCOLS.find((known) => known === written);
  if (protocol !== undefined) return protocol;
  const near = nearest(written, TRANSPORT_PROTOCOLS);
  reader.problem(
    ['protocol'],
    `${reader.pathTo(['protocol'])} is ${JSON.stringify(written)}, which is no protocol here`,
    {
      mend:
        near === undefined
          ? `Use one of ${TRANSPORT_PROTOCOLS.join(', ')}.`
          : `Write ${near}, with this spelling.`,
    },
  );
  return undefined;
}
