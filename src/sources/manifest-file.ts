/** One file that manifests are read from, wherever it lies. */
export interface ManifestFile {
  /** As its places name it: a path, `<git-ref>:<path>`, or `stdin`. */
  readonly name: string;
  /** Where it lies on disk; absent for standard input and commits. */
  readonly disk?: string;
  /** Equal for what is one and the same file, however it was reached. */
  readonly identity: string;
  /** Its bytes. @throws UsageError when they cannot be read */
  readonly read: () => Uint8Array;
}

const MANIFEST = /\.(?:ya?ml|json)$/i;

/** What cdk8s-cli writes beside the manifests when it has validations to run: paths of constructs, no objects. */
const CONSTRUCT_METADATA = 'construct-metadata.json';

/** Whether a folder's file of this name holds manifests. A file that is named itself is read whatever it is called. */
export function isManifestName(name: string): boolean {
  return MANIFEST.test(name) && name !== CONSTRUCT_METADATA;
}

/** Whether a folder is gone through without looking at what is called this: hidden things and installed packages. */
export function isPassedOver(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules';
}
