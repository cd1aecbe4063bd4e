import type { FieldPath } from '../model/json';
import { resourceId } from '../model/resource';
import { DIRECTIONS } from '../policies/direction';
import type { Check } from './check';

/** An item of `ports` with nothing in it is every TCP port, and no UDP port (network-policy-semantics 2.1 item 9). */
export const emptyPortItem: Check = {
  id: 'empty-port-item',
  severity: 'warning',
  summary: 'An item of ports names neither port nor protocol, which means every TCP port and nothing else.',
  run: ({ resources }) =>
    resources
      .filter(({ group, kind }) => group === 'networking.k8s.io' && kind === 'NetworkPolicy')
      .flatMap((resource) =>
        emptyItems(resource.manifest.spec).map((path) => ({
          id: emptyPortItem.id,
          severity: emptyPortItem.severity,
          object: resourceId(resource),
          place: resource.place.at(path),
          message:
            'The item of ports has neither port nor protocol. The protocol is TCP where it is not given, so the item opens every TCP port, and no UDP or SCTP port.',
          mend: 'Name the port and its protocol. For every port of every protocol remove ports.',
        })),
      ),
};

function emptyItems(spec: unknown): FieldPath[] {
  if (!isObject(spec)) return [];
  return DIRECTIONS.flatMap((direction) =>
    listAt(spec, direction).flatMap((rule, index) =>
      listAt(rule, 'ports').flatMap((item, at): FieldPath[] =>
        isObject(item) && !isGiven(item.port) && !isGiven(item.protocol)
          ? [['spec', direction, index, 'ports', at]]
          : [],
      ),
    ),
  );
}

function listAt(holder: unknown, field: string): readonly unknown[] {
  if (!isObject(holder) || !Object.hasOwn(holder, field)) return [];
  const value = holder[field];
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}
