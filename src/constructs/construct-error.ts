import type { Construct } from 'constructs';

/** A construct was given something wrong. The message names the construct, what is wrong and how to mend it. */
export class ConstructError extends Error {
  constructor(scope: Construct, id: string, problem: string, mend: string) {
    const path = [scope.node.path, id].filter((part) => part !== '').join('/');
    super(`${path}: ${problem}.${mend === '' ? '' : ` ${mend}`}`);
    this.name = 'ConstructError';
  }
}
