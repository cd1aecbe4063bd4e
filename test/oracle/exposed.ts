import type { PodEnd, Pod } from './pods';
import type { Labels } from './manifest';
import type { Example } from '../../src/reachability/unlisted/examples';
import type { PodKind } from '../../src/reachability/unlisted/pod-kind';
import type { UnlistedAccess, UnlistedReport } from '../../src/reachability/unlisted/unlisted-access';

const NAME = 'kubernetes.io/metadata.name';
const ACCOUNT_NAME = 'projectcalico.org/name';

/** Whether a line of the exposure speaks of the pod: it has everything that the line asks for. */
export function speaksOf(access: UnlistedAccess, pod: Pod, { namespaces }: UnlistedReport): boolean {
  return isOfKind(access.kind, pod) && isAtHome(access, pod, namespaces);
}

function isOfKind({ labels, words, account }: PodKind, pod: Pod): boolean {
  if (!has(pod.labels, { labels, words })) return false;
  if (account === undefined) return true;
  const own = { ...pod.serviceAccountLabels, [ACCOUNT_NAME]: pod.serviceAccount };
  const name: Labels = account.name === undefined ? {} : { [ACCOUNT_NAME]: account.name };
  return has(own, { labels: { ...account.labels, ...name }, words: account.words });
}

function isAtHome({ known, unlisted }: UnlistedAccess, pod: Pod, namespaces: readonly string[]): boolean {
  const number = namespaces.indexOf(pod.namespace);
  if (number >= 0) return known.contains(number);
  return unlisted.some((example) => has(pod.namespaceLabels, example));
}

function has(own: Labels, { labels, words }: Example): boolean {
  return Object.entries(labels).every(([key, value]) => {
    const actual = Object.hasOwn(own, key) ? own[key] : undefined;
    const said = Object.hasOwn(words, key) ? words[key] : undefined;
    if (actual === undefined || said === undefined) return actual === value;
    return said === key || said.split(' and ').every((one) => holds(one, actual));
  });
}

function holds(words: string, actual: string): boolean {
  const [, operator, text = '""'] = /(contains|starts with|ends with) (".*")$/.exec(words) ?? [];
  const part = String(JSON.parse(text));
  if (operator === 'contains') return actual.includes(part);
  return operator === 'starts with' ? actual.startsWith(part) : actual.endsWith(part);
}

/** The pods that a line is an example of: in each of its namespaces, with no more than it asks for. */
export function examplesOf(
  { kind, known, unlisted }: UnlistedAccess,
  { namespaces }: UnlistedReport,
): PodEnd[] {
  const { labels, account } = kind;
  const serviceAccount = account?.name ?? 'any-other-account';
  const accountLabels = account === undefined ? {} : account.labels;
  const own = { labels, serviceAccount };
  return [
    ...[...known.members()].map((number) => ({
      ...own,
      namespace: namespaces[number] ?? '',
      ...(account?.name === undefined ? { serviceAccountLabels: accountLabels } : given(accountLabels)),
    })),
    ...unlisted.map((example) => ({
      ...own,
      namespace: example.labels[NAME] ?? 'any-other-namespace',
      namespaceLabels: example.labels,
      serviceAccountLabels: accountLabels,
    })),
  ];
}

/** An account of the manifests has the labels that it has there. */
function given(labels: Labels): { readonly serviceAccountLabels?: Labels } {
  return Object.keys(labels).length === 0 ? {} : { serviceAccountLabels: labels };
}
