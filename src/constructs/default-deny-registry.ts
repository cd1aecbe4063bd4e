import type { IConstruct } from 'constructs';
import type { Direction } from '../policies/direction';

/** A construct that denies directions of a namespace. */
export interface NamespaceDeny {
  readonly construct: IConstruct;
  readonly directions: readonly Direction[];
}

const denies = new WeakMap<IConstruct, Map<string, NamespaceDeny[]>>();

/** The default denies of a namespace in the app of `scope`, without those that were taken out of the tree. */
export function deniesOf(scope: IConstruct, namespace: string): readonly NamespaceDeny[] {
  const all = denies.get(scope.node.root)?.get(namespace) ?? [];
  return all.filter(({ construct }) => isInTree(construct));
}

/** Notes that a construct denies directions of a namespace. */
export function registerDeny(namespace: string, deny: NamespaceDeny): void {
  const { root } = deny.construct.node;
  const byNamespace = denies.get(root) ?? new Map<string, NamespaceDeny[]>();
  denies.set(root, byNamespace);
  byNamespace.set(namespace, [...(byNamespace.get(namespace) ?? []), deny]);
}

/** A construct that was removed still knows its scope, but its scope no longer knows it. */
function isInTree(construct: IConstruct): boolean {
  for (let at = construct, scope = at.node.scope; scope !== undefined; at = scope, scope = at.node.scope) {
    if (scope.node.tryFindChild(at.node.id) !== at) return false;
  }
  return true;
}
