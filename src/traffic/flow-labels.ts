import type { FlowEnd } from './flow-record';

/** Words that sources put before a key to say where a label is from. */
const ORIGIN = /^(?:k8s|any|container):/;

/**
 * The labels of a pod out of what a source wrote: `app=cart`, and Cilium's `k8s:app=cart`. Labels of another origin
 * (`reserved:host`, `cidr:10.0.0.0/8`) are none of a pod and left out, and so are those that Cilium makes up of other
 * fields (`io.kubernetes.pod.namespace`, `io.cilium.…`).
 */
export function flowLabels({ labels = [] }: FlowEnd): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const label of labels) {
    const text = label.replace(ORIGIN, '');
    const equals = text.indexOf('=');
    const key = equals < 0 ? text : text.slice(0, equals);
    if (key === '' || key.includes(':') || /^io\.(?:cilium\.|kubernetes\.pod\.namespace$)/.test(key))
      continue;
    found.set(key, equals < 0 ? '' : text.slice(equals + 1));
  }
  return found;
}
