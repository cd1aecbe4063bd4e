import type { NeutralTarget, ReadNeutral, Written } from './neutral-target';
import { callField, readCall, writeCall } from './v1-calls';
import { readTarget, targetPath, writeTarget } from './v2-targets';
import type { IntentsVersion } from '../read-intents';
import { SHAPES, type V1Version } from '../v1-shapes';
import type { FieldPath, JsonObject } from '../../model/json';

/** How a version writes clients and targets. */
export interface Family {
  readonly client: string;
  readonly list: string;
  read(item: JsonObject): ReadNeutral;
  write(target: NeutralTarget): Written;
  /** Path of a field of a target, from its item. */
  pathOf(target: NeutralTarget, field: string): FieldPath;
}

/** The family of a version. */
export function familyOf(version: IntentsVersion): Family {
  if (!isV1(version))
    return { client: 'workload', list: 'targets', read: readTarget, write: writeTarget, pathOf: targetPath };
  return {
    client: 'service',
    list: 'calls',
    read: (item) => readCall(item, version),
    write: (target) => writeCall(target, version),
    pathOf: ({ member }, field) => [callField(member, field, version)],
  };
}

/** Whether a version is of the family with `service` and `calls`. */
export function isV1(version: IntentsVersion): version is V1Version {
  return version in SHAPES;
}
