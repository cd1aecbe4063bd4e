import type { Labels } from '../../model/resource';
import type { Example } from '../../reachability/unlisted/examples';
import type { PodKind } from '../../reachability/unlisted/pod-kind';
import type { ExposedHomes, Exposure } from './exposure';
import { verdictFields } from '../port-json';
import { shownText } from '../shown-text';
import { PLAIN, type Style } from '../style';
import { alignColumns } from '../table';
import { printVerdict } from '../verdict-text';

/** Exposure for people: one line for each workload, direction, kind of pods and verdict. */
export function exposureText(exposures: readonly Exposure[], style: Style = PLAIN): string {
  const title = style.bold('EXPOSURE: pods that are not in these manifests');
  if (exposures.length === 0)
    return `${title}\nNone could connect to, or be reached from, these workloads.\n`;
  const rows = exposures.map(({ workload, direction, kind, homes, verdict, isolated, portNames }) => [
    workload.id,
    `${direction === 'ingress' ? 'from' : 'to'} ${printKind(kind)} in ${printHomes(homes)}`,
    `${printVerdict(verdict)}${printNames(portNames)}${isolated ? '' : ' (no policy isolates it)'}`,
  ]);
  return `${title}\n${alignColumns(rows).join('\n')}\n`;
}

/** One exposure in the JSON of `intents connectivity --exposure`: an entry for each way to say which namespaces are meant. */
export function exposureJson(exposure: Exposure): unknown[] {
  const { workload, direction, isolated, kind, homes, verdict, portNames } = exposure;
  const { labels, words, account } = kind;
  const anyOf = Object.values({ ...words, ...account?.words });
  return homesJson(homes).map((home) => ({
    workload: workload.id,
    direction,
    isolated,
    peer: {
      ...home,
      labels,
      ...(account?.name === undefined ? {} : { serviceAccount: account.name }),
      ...(account === undefined || isEmpty(account.labels) ? {} : { serviceAccountLabels: account.labels }),
      ...(anyOf.length === 0 ? {} : { anyOf }),
    },
    everywhere: homes.everywhere,
    ...verdictFields(verdict),
    ...(portNames.length === 0 ? {} : { portNames }),
  }));
}

/** Namespaces of the manifests, as the shorter of two lists, and each of those that are not by its labels. */
function homesJson({ total, count, names, otherNames, unlisted, everywhere }: ExposedHomes): object[] {
  if (everywhere) return [{ namespaceLabels: {} }];
  const others = unlisted.map(({ labels, words }) => ({
    namespaceLabels: labels,
    ...(isEmpty(words) ? {} : { anyNamespaceOf: Object.values(words) }),
  }));
  if (count === 0) return others;
  if (count === 1) return [{ namespace: names()[0] }, ...others];
  return [count * 2 > total ? { namespacesBut: otherNames() } : { namespaces: names() }, ...others];
}

/** `any pod`, `pods with app=web`, `pods with app as service account ci`. */
function printKind({ labels, words, account }: PodKind): string {
  const pods = isEmpty(labels) ? 'any pod' : `pods with ${printLabels({ labels, words })}`;
  if (account === undefined) return pods;
  const name = account.name === undefined ? '' : ` as service account ${account.name}`;
  if (isEmpty(account.labels)) return `${pods}${name}`;
  const of = name === '' ? ' as a service account' : name;
  return `${pods}${of} with ${printLabels(account)}`;
}

/** So many namespaces are named, more are counted. */
const NAMED = 3;

/**
 * `any namespace`, `other namespaces` (those that are not in the manifests), `shop`, `any namespace but shop`,
 * `namespaces with team=a`.
 */
export function printHomes({ total, count, names, otherNames, unlisted, everywhere }: ExposedHomes): string {
  if (everywhere) return 'any namespace';
  const others = unlisted.filter(({ labels }) => isEmpty(labels)).length > 0;
  const labelled = unlisted.filter(({ labels }) => !isEmpty(labels));
  const missing = total - count;
  const isNearlyAll = others && count > 0 && missing <= Math.min(NAMED, count);
  const known = isNearlyAll
    ? [`any namespace but ${listed(otherNames())}`]
    : count === 0
      ? []
      : count === total && count > NAMED
        ? [`all ${count} namespaces of the manifests`]
        : someOf(names());
  return listed([
    ...known,
    ...(others && !isNearlyAll ? ['other namespaces'] : []),
    ...(labelled.length === 0 ? [] : [`namespaces with ${labelled.map(printLabels).join(' or ')}`]),
  ]);
}

function someOf(names: readonly string[]): string[] {
  if (names.length <= NAMED + 1) return [...names];
  return [...names.slice(0, NAMED), `${names.length - NAMED} more of the manifests`];
}

function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1] ?? ''}`;
}

function printNames(names: readonly string[]): string {
  if (names.length === 0) return '';
  return ` (${names.length === 1 ? 'port' : 'ports'} named ${names.join(', ')})`;
}

function printLabels({ labels, words }: Example): string {
  return Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => shownText(Object.hasOwn(words, key) ? (words[key] ?? key) : `${key}=${value}`))
    .join(',');
}

function isEmpty(labels: Labels): boolean {
  return Object.keys(labels).length === 0;
}
