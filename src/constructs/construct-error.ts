import type { Construct } from 'constructs';

/** A construct was given something wrong. The message names the construct, what is wrong and how to mend it. */
export class ConstructError extends Error {
  constructor(scope: Construct, id: string, problem: string, mend: string) {
    super(`${constructPath(scope, id)}: ${problem}.${mend === '' ? '' : ` ${mend}`}`);
    this.name = 'ConstructError';
  }
}

/** The path that a construct `id` of `scope` has, or will have. */
export function constructPath(scope: Construct, id: string): string {
  return [scope.node.path, id].filter((part) => part !== '').join('/');
}
