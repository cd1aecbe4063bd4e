import { parseAddress, parseCidr } from '../model/cidr';
import { isJsonObject } from '../model/json';
import { NAMESPACE_NAME_LABEL } from '../model/namespace';
import type { Labels } from '../model/resource';
import { parsePeerReference, type PeerReference } from './peer-reference';
import type { AssertionNode } from './assertion-node';

const FORMS =
  'write namespace/name, { pod: namespace/name }, { ip: address } or { namespace: name, labels: { key: value } }';

/** Reads `from` or `to` of a flow; what is wrong is reported, and then the answer is null. */
export function readEnd(node: AssertionNode, defaultNamespace: string): PeerReference | null {
  const { value } = node;
  if (value === undefined) return node.report(`is missing: ${FORMS}.`);
  if (typeof value === 'string') return readText(node, value, defaultNamespace);
  if (!isJsonObject(value)) return node.report(`is not a peer: ${FORMS}.`);
  if (Object.hasOwn(value, 'pod')) return readPod(node, defaultNamespace);
  if (Object.hasOwn(value, 'ip')) return readAddress(node);
  return readLabelled(node);
}

function readText(node: AssertionNode, text: string, defaultNamespace: string): PeerReference | null {
  const { reference, reason } = parsePeerReference(text, defaultNamespace);
  return reference ?? node.report(`: ${reason}.`);
}

function readPod(node: AssertionNode, defaultNamespace: string): PeerReference | null {
  node.object(['pod']);
  const pod = node.at('pod');
  const parsed =
    typeof pod.value === 'string' ? parsePeerReference(pod.value, defaultNamespace).reference : undefined;
  if (parsed?.type !== 'workload' || parsed.kind !== undefined)
    return pod.report('must be the namespace and name of a pod: namespace/name.');
  return { type: 'pod', namespace: parsed.namespace, name: parsed.name };
}

function readAddress(node: AssertionNode): PeerReference | null {
  node.object(['ip']);
  const ip = node.at('ip');
  if (typeof ip.value !== 'string') return ip.report('must be an address, such as 8.8.8.8.');
  const { reason } = ip.value.includes('/')
    ? parseCidr(ip.value, { hostBits: 'error' })
    : parseAddress(ip.value);
  return reason === undefined ? { type: 'address', text: ip.value } : ip.report(`: ${reason}.`);
}

function readLabelled(node: AssertionNode): PeerReference | null {
  node.object(['namespace', 'labels', 'namespaceLabels', 'serviceAccount']);
  const namespace = node.at('namespace');
  if (namespace.value === undefined) return node.report(`names no namespace: ${FORMS}.`);
  if (typeof namespace.value !== 'string' || namespace.value === '')
    return namespace.report('must be a name.');
  const labels = readLabels(node.at('labels'));
  if (labels === undefined) return node.report('has no labels: write labels: {} for a pod without any.');
  const namespaceLabels = readNamespaceLabels(node.at('namespaceLabels'), namespace.value);
  const serviceAccount = readName(node.at('serviceAccount'));
  if (labels === null || namespaceLabels === null || serviceAccount === null) return null;
  return {
    type: 'labels',
    namespace: namespace.value,
    labels,
    ...(namespaceLabels === undefined ? {} : { namespaceLabels }),
    ...(serviceAccount === undefined ? {} : { serviceAccount }),
  };
}

/** The label with the name is not for anybody to choose (network-policy-semantics 2.1 item 12). */
function readNamespaceLabels(node: AssertionNode, namespace: string): Labels | undefined | null {
  const labels = readLabels(node);
  const written = node.at(NAMESPACE_NAME_LABEL);
  if (typeof written.value !== 'string' || written.value === namespace) return labels;
  return written.report(
    `must be ${namespace}, the name of the namespace: the API server sets it. Leave it out.`,
  );
}

function readName(node: AssertionNode): string | undefined | null {
  const { value } = node;
  return value === undefined || typeof value === 'string' ? value : node.report('must be a name.');
}

/** Undefined when there are none, null when they are wrong. */
function readLabels(node: AssertionNode): Labels | undefined | null {
  const { value } = node;
  if (value === undefined) return undefined;
  if (!isJsonObject(value)) return node.report('must be a map of strings.');
  const entries = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const wrong = Object.keys(value).filter((key) => typeof value[key] !== 'string');
  for (const key of wrong) node.at(key).report('must be a string; quote it.');
  return wrong.length > 0 ? null : Object.fromEntries(entries);
}
