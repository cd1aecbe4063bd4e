import type { JsonObject } from '../model/json';
import { NAMESPACE_NAME_LABEL } from '../model/namespace';
import type { FieldReader } from '../model/field-reader';

/** One rule of an accessPolicy as both nais and skiperator have it. */
export interface AccessRule {
  readonly application: string;
  /** Absent: the namespace of the application that has the rule. `*`: every namespace. */
  readonly namespace?: string | undefined;
  /** Labels that namespaces must have (skiperator only). */
  readonly namespacesByLabel?: JsonObject | undefined;
  /** Only for an application of another cluster, which no policy can name. */
  readonly cluster?: string | undefined;
  readonly reader: FieldReader;
}

/** Reads the rules of one direction; a rule without an application is a finding of the reader, and left out. */
export function readRules(direction: FieldReader | undefined, known: readonly string[]): AccessRule[] {
  return (direction?.objects('rules') ?? []).flatMap((reader) => {
    const application = reader.requiredString('application');
    const namespace = reader.string('namespace');
    const cluster = known.includes('cluster') ? reader.string('cluster') : undefined;
    const labels = known.includes('namespacesByLabel') ? reader.labels('namespacesByLabel') : undefined;
    reader.rejectUnknown(['ports', 'permissions']);
    if (application === undefined) return [];
    return [
      {
        application,
        reader,
        ...(namespace === undefined ? {} : { namespace }),
        ...(cluster === undefined ? {} : { cluster }),
        ...(labels === undefined ? {} : { namespacesByLabel: { ...labels } }),
      },
    ];
  });
}

/** Reports what of an accessPolicy nobody reads: a misspelt direction or list would be dropped in silence. */
export function rejectUnread(access: FieldReader | undefined): void {
  access?.object('inbound')?.rejectUnknown(['rules']);
  access?.object('outbound')?.rejectUnknown(['rules', 'external']);
  access?.rejectUnknown(['inbound', 'outbound']);
}

/** The peer of a rule: pods by `app`, one peer with both selectors (intent-systems C2). */
export function peerOf({ application, namespace, namespacesByLabel }: AccessRule): JsonObject {
  const podSelector = application === '*' ? {} : { matchLabels: { app: application } };
  const namespaces =
    namespacesByLabel === undefined
      ? namespace === undefined
        ? undefined
        : namespace === '*'
          ? {}
          : { matchLabels: { [NAMESPACE_NAME_LABEL]: namespace } }
      : { matchLabels: namespacesByLabel };
  return { podSelector, ...(namespaces === undefined ? {} : { namespaceSelector: namespaces }) };
}
