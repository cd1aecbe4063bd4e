import { parseAddress, parseCidr } from '../model/cidr';
import type { Labels } from '../model/resource';

/** A peer as a person names it. */
export type PeerReference =
  | { readonly type: 'workload'; readonly namespace: string; readonly name: string; readonly kind?: string }
  | { readonly type: 'pod'; readonly namespace: string; readonly name: string }
  | { readonly type: 'service'; readonly namespace: string; readonly name: string }
  | { readonly type: 'address'; readonly text: string }
  | {
      readonly type: 'labels';
      readonly namespace: string;
      readonly labels: Labels;
      readonly namespaceLabels?: Labels;
      readonly serviceAccount?: string;
    };

/** The reference, or why the text is none and what to write. */
export type ReferenceResult =
  | { readonly reference: PeerReference; readonly reason?: undefined }
  | { readonly reference?: undefined; readonly reason: string };

const NAME = '[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?';
const WORKLOAD = new RegExp(`^(?:(${NAME})/)?(${NAME})(?:\\[([A-Za-z][A-Za-z0-9]*)\\])?$`);
const OTHER = new RegExp(`^(pod|svc|service)/(${NAME})/(${NAME})$`);
const LABELS = new RegExp(`^pods:(${NAME})/(.*)$`);

/** What may be written, for messages. */
export const REFERENCE_FORMS =
  'namespace/name, namespace/name[Kind], pod/namespace/name, svc/namespace/name, an address, or pods:namespace/key=value,…';

/**
 * Reads a peer: `shop/cart`, `shop/cart[Deployment]`, `pod/shop/cart-0`, `svc/shop/cart`, `8.8.8.8` (or `ip:8.8.8.8`,
 * or a block), and `pods:tools/app=curl` for a pod that is not in the manifests.
 *
 * @param defaultNamespace of a name without one
 */
export function parsePeerReference(text: string, defaultNamespace: string): ReferenceResult {
  const address = text.startsWith('ip:') ? text.slice(3) : text;
  if (isAddress(address)) return { reference: { type: 'address', text: address } };
  if (text.startsWith('ip:')) return { reason: `${JSON.stringify(address)} is not an address` };
  const labels = LABELS.exec(text);
  if (labels !== null) return labelReference(labels[1] ?? '', labels[2] ?? '');
  const other = OTHER.exec(text);
  if (other !== null) {
    const type = other[1] === 'pod' ? 'pod' : 'service';
    return { reference: { type, namespace: other[2] ?? '', name: other[3] ?? '' } };
  }
  const workload = WORKLOAD.exec(text);
  if (workload === null) return { reason: `${JSON.stringify(text)} is not a peer: write ${REFERENCE_FORMS}` };
  const [, namespace = defaultNamespace, name = '', kind] = workload;
  return {
    reference: { type: 'workload', namespace, name, ...(kind === undefined ? {} : { kind }) },
  };
}

function isAddress(text: string): boolean {
  return parseAddress(text).address !== undefined || parseCidr(text, { hostBits: 'mask' }).cidr !== undefined;
}

function labelReference(namespace: string, text: string): ReferenceResult {
  const labels = new Map<string, string>();
  for (const pair of text.split(',').filter((part) => part !== '')) {
    const [key = '', value, ...rest] = pair.split('=');
    if (key === '' || value === undefined || rest.length > 0)
      return { reason: `${JSON.stringify(pair)} is not a label: write key=value` };
    labels.set(key, value);
  }
  return { reference: { type: 'labels', namespace, labels: Object.fromEntries(labels) } };
}
