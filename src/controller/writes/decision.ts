import type { ApiResource, ObjectRef } from '../api/api-resource';
import type { EventText } from '../event-recorder';
import type { JsonObject } from '../../model/json';

/** What is to be done about a key. */
export type Decision =
  | { readonly type: 'nothing' }
  | { readonly type: 'waits'; readonly on: string }
  /** Somebody else has what would be written: it is said, and not fought. */
  | { readonly type: 'conflict'; readonly message: string }
  | { readonly type: 'write'; readonly write: Write };

/** One request that changes something. */
export type Write =
  | {
      readonly action: 'apply';
      readonly resource: ApiResource;
      readonly manifest: JsonObject;
      readonly subresource?: string | undefined;
      /** Whether fields of others become ours. */
      readonly force: boolean;
      /**
       * The object as it is known, or {@link NOTHING_THERE}: anything else is left as it is, and told by the watch. Absent:
       * whatever is there.
       */
      readonly expected?: Expected | undefined;
      /** Version of the object that was decided on; absent where others write to it all the time, as to pods. */
      readonly seen?: string | undefined;
      /** Whether more is to be written, as soon as others are there; it is told of then. Default: not. */
      readonly isPart?: boolean | undefined;
      /** What is changed, for people: `labels intents.otterize.com/client`. */
      readonly what: string;
      /** What people are told of once it is written. */
      readonly news?: readonly EventText[] | undefined;
    }
  | {
      readonly action: 'patch';
      readonly ref: ObjectRef;
      /** Merged into what is there. */
      readonly body: JsonObject;
      readonly expected?: Expected | undefined;
      readonly seen?: string | undefined;
      readonly what: string;
    }
  | { readonly action: 'delete'; readonly ref: ObjectRef; readonly uid: string; readonly what: string };

/** Which object a write is about, and in which version; the API server refuses it (409) for any other. */
export interface Expected {
  readonly uid?: string;
  readonly resourceVersion: string;
}

/**
 * Expects that there is no object yet. An apply makes one whatever version it expects, and is refused (409) by one that is
 * there and has another version; etcd gives 1 to none (test/cluster/conflicts.cluster.ts). Without it the API server merges
 * what is applied into an object that somebody else made meanwhile, as far as they have no field in common.
 */
export const NOTHING_THERE = { resourceVersion: '1' } as const;

export const NOTHING: Decision = { type: 'nothing' };
