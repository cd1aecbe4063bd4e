/** Words for where a compilation has its objects from, in what it says of those that are not there. */
export interface SourceWords {
  /** Where they are looked for: `in the manifests`. */
  readonly inside: string;
  /** How an object gets there, such as `Service shop/cart`. */
  readonly bring: (object: string) => string;
  /** The same of something that was named before, and may be of several objects. */
  readonly bringIt: string;
  readonly bringThem: string;
}

/** Files, and apps of cdk8s. */
export const IN_MANIFESTS: SourceWords = {
  inside: 'in the manifests',
  bring: (object) => `add the manifest of ${object} to the input`,
  bringIt: 'add its manifests to the input',
  bringThem: 'add their manifests to the input',
};

/** A cluster that runs: nobody who reads an Event or a condition there has an input to add to. */
const IN_CLUSTER: SourceWords = {
  inside: 'in the cluster',
  bring: (object) => `create ${object}`,
  bringIt: 'create it',
  bringThem: 'create them',
};

/** Some namespaces of a cluster: what is in others may well be there. */
const IN_NAMESPACES: SourceWords = {
  inside: 'in the namespaces that are seen here',
  bring: (object) => `create ${object}, or let its namespace be seen as well (--namespace)`,
  bringIt: 'create it, or let its namespace be seen as well (--namespace)',
  bringThem: 'create them, or let their namespace be seen as well (--namespace)',
};

/** Where the objects of a compilation are from: files and apps, a cluster that runs, or only some namespaces of one. */
export type ObjectSource = 'manifests' | 'cluster' | 'namespaces';

/** What is said of each. */
export const SOURCE_WORDS: Readonly<Record<ObjectSource, SourceWords>> = {
  manifests: IN_MANIFESTS,
  cluster: IN_CLUSTER,
  namespaces: IN_NAMESPACES,
};

/** The words as the beginning of a sentence. */
export function capitalised(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
