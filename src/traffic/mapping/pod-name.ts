/**
 * Letters and digits that Kubernetes makes names of: without vowels, and without 0, 1 and 3, so that no word comes out
 * (k8s.io/apimachinery, util/rand). Both the five that end the name of a pod and the hash of a pod template are of them.
 */
const SAFE = '[bcdfghjklmnpqrstvwxz2456789]';

const TAIL = `(?:${SAFE}{5})`;
const HASH = `${SAFE}{5,10}`;

/** A controller that may have made a pod of some name. */
export interface PossibleOwner {
  readonly name: string;
  readonly kinds: readonly string[];
}

interface Pattern {
  /** The name of the controller is the first group. */
  readonly whole: RegExp;
  /** The same where only what names of pods begin with is known. */
  readonly start: RegExp;
  readonly kinds: readonly string[];
}

/**
 * How controllers name their pods: a ReplicaSet (itself named by its Deployment or Rollout and a hash of the template),
 * DaemonSet or Job and five characters, a StatefulSet and a number, a Job of a CronJob with the minute of its schedule
 * (Kubernetes, "Workload Management"; CronJob controller v2).
 */
const PATTERNS: readonly Pattern[] = [
  {
    whole: new RegExp(`^(.+)-${HASH}-${TAIL}$`),
    start: new RegExp(`^(.+)-${HASH}-$`),
    kinds: ['Deployment', 'Rollout'],
  },
  {
    whole: new RegExp(`^(.+)-[0-9]{7,11}(?:-[0-9]+)?-${TAIL}$`),
    start: /^(.+)-[0-9]{7,11}-$/,
    kinds: ['CronJob'],
  },
  {
    whole: new RegExp(`^(.+)-(?:[0-9]+-)?${TAIL}$`),
    start: /^(.+)-$/,
    kinds: ['DaemonSet', 'ReplicaSet', 'Job', 'ReplicationController'],
  },
  { whole: /^(.+)-[0-9]+$/, start: /^(.+)-$/, kinds: ['StatefulSet'] },
];

/** Who may have made the pod, by its name alone. Only the manifests can tell whether there is such a controller. */
export function possibleOwners(pod: string): PossibleOwner[] {
  return matching(pod, 'whole');
}

/** The same for pods of which only the beginning of the name is known: `cart-7d8f9c6b5-`. */
export function possibleOwnersOfPrefix(prefix: string): PossibleOwner[] {
  return matching(prefix, 'start');
}

function matching(text: string, which: 'whole' | 'start'): PossibleOwner[] {
  // Names are no longer than this; what is, is no name, and not worth the time of a pattern.
  if (text.length > 253) return [];
  return PATTERNS.flatMap(({ kinds, [which]: pattern }) => {
    const name = pattern.exec(text)?.[1];
    return name === undefined ? [] : [{ name, kinds }];
  });
}

/** The Deployment or Rollout that a ReplicaSet belongs to, by its name: it ends with the hash of the template. */
export function replicaSetOwner(replicaSet: string, hash: string | undefined): string | undefined {
  if (hash !== undefined)
    return replicaSet.endsWith(`-${hash}`) ? replicaSet.slice(0, -hash.length - 1) : undefined;
  return new RegExp(`^(.+)-${HASH}$`).exec(replicaSet)?.[1];
}

/** The CronJob that a Job belongs to, by its name: it ends with the minute of its schedule. */
export function jobOwner(job: string): string | undefined {
  return /^(.+)-[0-9]{7,11}$/.exec(job)?.[1];
}
