import type { ControllerState } from './controller-hooks';
import type { ControllerOptions } from './controller-options';

/**
 * Keeps policies, labels and statuses of a cluster as its intents want them. Several replicas may watch; only one leads
 * and writes.
 */
export class Controller {
  constructor(readonly options: ControllerOptions) {}

  /** Begins to watch. Never rejects; ends when {@link stop} is called. */
  start(): void {
    throw new Error('not yet');
  }

  /** Resolves once everything was listed, so that what is compiled is about all of the cluster. */
  get whenSynced(): Promise<void> {
    throw new Error('not yet');
  }

  get isSynced(): boolean {
    return false;
  }

  /** Writes from now on; call it when this replica leads. Before the first sync nothing is written. */
  lead(): void {
    throw new Error('not yet');
  }

  /** Begins no further write, and resolves when those on their way are done. The replica goes on watching. */
  yield(): Promise<void> {
    return Promise.reject(new Error('not yet'));
  }

  /** {@link yield}, and ends watching. */
  stop(): Promise<void> {
    return Promise.reject(new Error('not yet'));
  }

  /** Resolves when nothing waits to be compiled or written, back-off left aside. For tests and `--plan`. */
  whenIdle(): Promise<void> {
    return Promise.reject(new Error('not yet'));
  }

  get state(): ControllerState {
    throw new Error('not yet');
  }
}
