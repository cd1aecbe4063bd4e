import { FieldReader } from '../field-reader';
import type { Finding } from '../finding';
import type { ReferenceGrant } from './gateway-api';
import type { Resource } from '../resource';

/**
 * Reads a ReferenceGrant. An entry that lost a field would grant more than it says, so it becomes a finding and is left
 * out.
 */
export function readReferenceGrant(
  resource: Resource,
  namespace: string,
  findings: Finding[],
): ReferenceGrant {
  const spec = FieldReader.of(resource, findings).objectOrEmpty('spec');
  return {
    namespace,
    from: (spec.objects('from') ?? []).flatMap((reader) => {
      const group = reader.string('group');
      const kind = reader.requiredString('kind');
      const from = reader.requiredString('namespace');
      reader.rejectUnknown();
      return group === undefined || kind === undefined || from === undefined
        ? []
        : [{ group, kind, namespace: from }];
    }),
    to: (spec.objects('to') ?? []).flatMap((reader) => {
      const group = reader.string('group');
      const kind = reader.requiredString('kind');
      const name = reader.string('name') || undefined;
      const isWhole = name !== undefined || !reader.has('name') || reader.raw('name') === '';
      reader.rejectUnknown();
      return group === undefined || kind === undefined || !isWhole ? [] : [{ group, kind, name }];
    }),
  };
}
