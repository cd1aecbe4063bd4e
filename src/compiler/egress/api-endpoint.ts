import { checkCidr, checkPort } from '../checked-input';
import { InvalidInputError } from '../invalid-input-error';
import type { DraftBlock, DraftRule } from '../policy-draft';
import type { Cidr } from '../../model/cidr';

/** Address or block with a port: `10.0.0.1:6443`, `10.0.0.0/28:443`, `[fd00::1]:6443`, `[fd00::/64]:6443`. */
const ENDPOINT = /^(?:\[([^\]]+)\]|([^:[\]]+)):([0-9]{1,5})$/;

/**
 * Egress rules to the API server, one for each of its endpoints.
 *
 * @throws InvalidInputError when an endpoint cannot be read
 */
export function kubernetesApiRules(endpoints: readonly string[]): DraftRule[] {
  return endpoints.map((text, index) => {
    const { peers, port } = readEndpoint(text, index);
    return { peers, ports: [{ protocol: 'TCP', port }] };
  });
}

/**
 * Where the API server is, without its ports.
 *
 * @throws InvalidInputError when an endpoint cannot be read
 */
export function apiServerBlocks(endpoints: readonly string[]): Cidr[] {
  return endpoints.flatMap((text, index) => readEndpoint(text, index).peers.map(({ cidr }) => cidr));
}

/**
 * Endpoints of the API server one by one.
 *
 * @throws InvalidInputError when an endpoint cannot be read
 */
export function apiEndpoints(endpoints: readonly string[]): { readonly cidr: Cidr; readonly port: number }[] {
  return endpoints.flatMap((text, index) => {
    const { peers, port } = readEndpoint(text, index);
    return peers.map(({ cidr }) => ({ cidr, port }));
  });
}

function readEndpoint(
  text: string,
  index: number,
): { readonly peers: readonly DraftBlock[]; readonly port: number } {
  const field = `kubernetesApi[${index}]`;
  const [, inBrackets, plain, port] = ENDPOINT.exec(text) ?? [];
  const block = inBrackets ?? plain;
  if (block === undefined || port === undefined) {
    throw new InvalidInputError(
      field,
      text,
      'it is not address:port',
      'Write 10.0.0.1:6443, 10.0.0.0/28:443 or [fd00::1]:6443, as the Endpoints of Service default/kubernetes say.',
    );
  }
  const peers = [{ cidr: checkCidr(field, block), except: [] }];
  return { peers, port: checkPort(field, Number(port)) };
}
