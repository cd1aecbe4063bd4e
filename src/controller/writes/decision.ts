import type { ApiResource, ObjectRef } from '../api/api-resource';
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
      /** What is changed, for people: `labels intents.otterize.com/client`. */
      readonly what: string;
    }
  | { readonly action: 'patch'; readonly ref: ObjectRef; readonly body: JsonObject; readonly what: string }
  | { readonly action: 'delete'; readonly ref: ObjectRef; readonly uid: string; readonly what: string };

export const NOTHING: Decision = { type: 'nothing' };
