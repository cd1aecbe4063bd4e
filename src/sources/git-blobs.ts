import { git } from './git-command';
import { UsageError } from './usage-error';

/** Contents of files of a repository, read all at once when the first of them is asked for: one git for all of them. */
export class GitBlobs {
  private readonly wanted = new Set<string>();
  private contents: ReadonlyMap<string, Buffer> | undefined;

  /** The content of an object; what is asked for together is read together. */
  reader(oid: string): () => Buffer {
    this.wanted.add(oid);
    return () => {
      this.contents ??= readAll([...this.wanted]);
      const content = this.contents.get(oid);
      if (content === undefined) throw new UsageError(`git object ${oid} cannot be read.`);
      return content;
    };
  }
}

function readAll(oids: readonly string[]): Map<string, Buffer> {
  const { out, failure } = git(['cat-file', '--batch'], `${oids.join('\n')}\n`);
  if (out === undefined) throw new UsageError(`git cannot read the files: ${failure}`);
  const contents = new Map<string, Buffer>();
  let at = 0;
  while (at < out.length) {
    const end = out.indexOf('\n', at);
    const header = out.subarray(at, end < 0 ? out.length : end).toString('utf8');
    const [, oid = '', size = ''] = /^([0-9a-f]+) blob (\d+)$/.exec(header) ?? [];
    if (oid === '') throw new UsageError(`git cannot read a file: ${header}`);
    const start = end + 1;
    contents.set(oid, out.subarray(start, start + Number(size)));
    at = start + Number(size) + 1;
  }
  return contents;
}
