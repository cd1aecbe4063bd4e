import { posix } from 'node:path';
import type { Finding } from '../model/finding';
import type { Place } from '../model/place';
import { GitBlobs } from './git-blobs';
import { git, gitText } from './git-command';
import { isManifestName, isPassedOver, type ManifestFile } from './manifest-file';
import { UsageError } from './usage-error';

/** A path inside a commit: `main:dist`, `HEAD~1:./dist/shop.yaml`. */
export interface GitPath {
  readonly ref: string;
  /** From the root of the repository, or from the working directory when it begins with `./` or `../`. */
  readonly path: string;
}

/** What a path of a commit stands for. */
export interface GitFiles {
  readonly files: readonly ManifestFile[];
  readonly findings: readonly Finding[];
}

/** Takes `<git-ref>:<path>` apart; undefined for a text that is not of that form. */
export function parseGitPath(text: string): GitPath | undefined {
  const colon = text.indexOf(':');
  const ref = text.slice(0, Math.max(colon, 0));
  // A ref never begins with a dash: git would take it for an option.
  if (ref === '' || ref.startsWith('-')) return undefined;
  return { ref, path: text.slice(colon + 1) };
}

/**
 * The manifests that a path stands for in a commit, without checking it out: the file itself, or those of a folder and
 * of all folders below, by the same rules as on disk. Symbolic links are followed inside the commit.
 *
 * @throws UsageError when git, the repository, the commit or the path is not there
 */
export function gitFiles(given: GitPath): GitFiles {
  const tree = new GitTree(given.ref, resolveTree(given));
  const files = tree.filesAt({ path: fromRoot(given), shown: given.path.replace(/\/+$/, '') });
  return { files, findings: tree.findings };
}

function resolveTree({ ref, path }: GitPath): string {
  const tree = gitText('rev-parse', '--verify', '--quiet', `${ref}^{tree}`);
  if (tree !== undefined) return tree;
  const why =
    gitText('rev-parse', '--git-dir') === undefined
      ? 'the working directory is in no git repository'
      : `${ref} is no branch, tag or commit of this git repository`;
  throw new UsageError(`${ref}:${path} is no file, and ${why}.`);
}

/** The path from the root of the repository; empty for the root itself. */
function fromRoot({ ref, path }: GitPath): string {
  const here = /^\.\.?(?:\/|$)/.test(path) ? (gitText('rev-parse', '--show-prefix') ?? '') : '';
  const whole = posix.join('/', here, path).replace(/^\/|\/$/g, '');
  if (posix.join(here, path).startsWith('..'))
    throw new UsageError(`${ref}:${path} leads out of the repository.`);
  return whole;
}

/** A thing of the tree: where it is from the root, and how it is called in places. */
interface Spot {
  readonly path: string;
  readonly shown: string;
}

interface GitObject {
  readonly type: 'blob' | 'tree';
  readonly oid: string;
}

const MODES: ReadonlyMap<string, 'link' | 'folder' | 'submodule'> = new Map([
  ['120000', 'link'],
  ['040000', 'folder'],
  ['160000', 'submodule'],
]);

/** The files of one commit. */
class GitTree {
  readonly findings: Finding[] = [];
  private readonly blobs = new GitBlobs();

  constructor(
    private readonly ref: string,
    private readonly tree: string,
  ) {}

  filesAt(spot: Spot): ManifestFile[] {
    const { type, oid } = this.follow(spot);
    if (type === 'blob') return [this.file(oid, spot)];
    return this.walk(oid, spot, []).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @param around the folders that this one lies in: a link may lead back to one of them */
  private walk(folder: string, spot: Spot, around: readonly string[]): ManifestFile[] {
    if (around.includes(folder)) return [];
    const inside = [...around, folder];
    return this.entries(folder).flatMap(({ kind, oid, name }): ManifestFile[] => {
      if (isPassedOver(name)) return [];
      const at = { path: below(spot.path, name), shown: below(spot.shown, name) };
      if (kind === 'folder') return this.walk(oid, at, inside);
      if (kind === 'submodule') this.findings.push(submodule(this.nameOf(at)));
      else if (kind === 'link') return this.linked(at, inside);
      else if (isManifestName(name)) return [this.file(oid, at)];
      return [];
    });
  }

  private linked(spot: Spot, around: readonly string[]): ManifestFile[] {
    const { type, oid } = this.follow(spot);
    if (type === 'tree') return this.walk(oid, spot, around);
    return isManifestName(spot.path) ? [this.file(oid, spot)] : [];
  }

  private entries(folder: string): { kind: string; oid: string; name: string }[] {
    const { out, failure } = git(['ls-tree', '-z', '--full-tree', folder]);
    if (out === undefined) throw new UsageError(`git cannot list a folder of ${this.ref}: ${failure}`);
    return out
      .toString('utf8')
      .split('\0')
      .flatMap((line) => {
        const [, mode = '', oid = '', name = ''] = /^(\d+) \w+ ([0-9a-f]+)\t([^]*)$/.exec(line) ?? [];
        return name === '' ? [] : [{ kind: MODES.get(mode) ?? 'file', oid, name }];
      });
  }

  /** What stands at a path, behind symbolic links if any. */
  private follow(spot: Spot): GitObject {
    const asked = `${this.tree}:${spot.path}\n`;
    const answer = git(['cat-file', '--batch-check', '--follow-symlinks'], asked).out?.toString('utf8') ?? '';
    const [, oid = '', type = ''] = /^([0-9a-f]+) (\w+) \d+\n$/.exec(answer) ?? [];
    if (type === 'blob' || type === 'tree') return { type, oid };
    const why = answer.startsWith('symlink ')
      ? 'is a link that leads out of the repository'
      : 'does not exist';
    throw new UsageError(`${this.nameOf(spot)} ${why}.`);
  }

  private file(oid: string, spot: Spot): ManifestFile {
    return {
      name: this.nameOf(spot),
      identity: `git ${this.tree}:${spot.path}`,
      read: this.blobs.reader(oid),
    };
  }

  private nameOf({ shown }: Spot): string {
    return `${this.ref}:${shown}`;
  }
}

function below(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

function submodule(path: string): Finding {
  const place: Place = { file: path, at: () => place };
  return {
    id: 'submodule-skipped',
    severity: 'warning',
    message: `${path} is a submodule: its files are in another repository and are not read`,
    place,
    mend: 'Check the submodule out and give the folder, if it holds manifests.',
  };
}
