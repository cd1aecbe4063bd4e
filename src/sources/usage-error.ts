/**
 * The user asked for something that cannot be done as asked: a path that is not there, a file that cannot be read.
 * The command line prints its message and ends with exit code 2.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
