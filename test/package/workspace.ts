import { join } from 'node:path';

/** The checkout that is packed. */
export const CHECKOUT = join(__dirname, '..', '..');

/** An app as its author has it, with the versions in its lock file. */
export interface AppFixture {
  /** Folder under `apps/`. */
  readonly name: string;
  /** The cdk8s-plus that its workloads come from. */
  readonly plus: string;
}

/**
 * `lowest` has the lowest versions that the peer ranges admit: constructs 10.3.0, and of cdk8s 2.68.12, for 2.68.11 is
 * not to be had from the npm registry; its cdk8s-plus-27 is the first that works with them (2.7.1 crashes in
 * their own constructors). `newest` and `newest-plus-34` have what was newest when their lock files were made.
 */
export const APPS: readonly AppFixture[] = [
  { name: 'lowest', plus: 'cdk8s-plus-27' },
  { name: 'newest', plus: 'cdk8s-plus-27' },
  { name: 'newest-plus-34', plus: 'cdk8s-plus-34' },
];

/** Where {@link setUp} says to the tests which folder it made. */
export const ROOT_VARIABLE = 'CDK8S_INTENTS_PACKAGE_TEST';

/** The folder of this run, outside the checkout, so that nothing of it is found by chance. */
export function root(): string {
  const folder = process.env[ROOT_VARIABLE];
  if (folder === undefined) throw new Error('Run these tests with: npm run test:package');
  return folder;
}

/** The folder of an app, with the package installed. */
export function appFolder(app: AppFixture): string {
  return join(root(), app.name);
}

/** The package as it is installed in an app: what the tarball holds. */
export function installed(app: AppFixture): string {
  return join(appFolder(app), 'node_modules', 'cdk8s-intents');
}

/** A Node to run an app with. */
export interface NodeVersion {
  readonly version: string;
  readonly program: string;
}

/** The Node that runs the tests. */
export const THIS_NODE: NodeVersion = { version: process.version, program: process.execPath };

/** The lowest Node supported and later lines, of which npm has binaries for one platform only. */
export const OTHER_NODES: readonly string[] = ['node-20', 'node-22', 'node-24'];

/** Whether this platform is the one that {@link OTHER_NODES} are for. */
export const HAS_OTHER_NODES = process.platform === 'linux' && process.arch === 'x64';

/** The binary of one of {@link OTHER_NODES}. */
export function nodeProgram(name: string): string {
  return join(root(), 'nodes', 'node_modules', name, 'bin', 'node');
}
