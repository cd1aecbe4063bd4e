import { spawnSync } from 'node:child_process';
import { UsageError } from './usage-error';

/** What git printed, or what it said on standard error when it failed. */
export type GitAnswer =
  | { readonly out: Buffer; readonly failure?: undefined }
  | { readonly out?: undefined; readonly failure: string };

/**
 * Runs git in the working directory, without a shell. It only reads: no command here writes to a repository.
 *
 * @throws UsageError when there is no git to run
 */
export function git(words: readonly string[], input = ''): GitAnswer {
  const { error, status, stdout, stderr } = spawnSync('git', ['--no-pager', ...words], {
    input,
    maxBuffer: Infinity,
    // Messages are looked into, and optional locks would write.
    env: { ...process.env, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' },
  });
  if (error !== undefined) {
    const missing = 'code' in error && error.code === 'ENOENT';
    throw new UsageError(
      missing
        ? 'Paths of the form <git-ref>:<path> need git, which is not installed.'
        : `git cannot be run: ${error.message}`,
    );
  }
  return status === 0 ? { out: stdout } : { failure: stderr.toString('utf8').trim() };
}

/** The trimmed text that git prints; undefined when it fails. */
export function gitText(...words: readonly string[]): string | undefined {
  return git(words).out?.toString('utf8').trim();
}
