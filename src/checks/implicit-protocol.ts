import { isJsonObject } from '../model/json';
import { resourceId } from '../model/resource';
import type { Check } from './check';
import { writtenNetworkPolicies, writtenPorts } from './policy-lists';

/** A port without protocol is a TCP port (network-policy-semantics 2.1 item 9). For those who want it written. */
export const implicitProtocol: Check = {
  id: 'implicit-protocol',
  severity: 'info',
  summary: 'A port is given without its protocol, which means TCP.',
  optIn: true,
  fixable: true,
  synth: false,
  run: ({ resources }) =>
    writtenNetworkPolicies(resources).flatMap((resource) =>
      writtenPorts(resource)
        .filter(
          ({ value }) => isJsonObject(value) && value.port !== undefined && value.protocol === undefined,
        )
        .map(({ path }) => ({
          id: implicitProtocol.id,
          severity: implicitProtocol.severity,
          object: resourceId(resource),
          place: resource.place.at(path),
          message: 'The port has no protocol, so it is a TCP port: neither UDP nor SCTP is opened.',
          mend: 'Write protocol: TCP.',
          fix: [
            {
              type: 'insert',
              into: resource.place.at(path),
              key: 'protocol',
              value: 'TCP',
              before: ['port'],
            },
          ],
        })),
    ),
};
