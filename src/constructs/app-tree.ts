import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { ClientIntents } from './client-intents';
import { DefaultDenyEverywhere } from './default-deny';
import { denyClaimOf } from './deny-claims';
import { ExternalAccess } from './external-access';
import { namespaceAccessOf } from './namespace-baseline';
import type { NamespaceAccess } from '../compiler/exceptions/external-access';
import type { DenyClaim } from '../proof/proof';

/** What the compiler looks for in a tree. */
export interface AppTree {
  readonly objects: readonly ApiObject[];
  readonly intents: readonly ClientIntents[];
  readonly denies: readonly DenyClaim[];
  readonly externalAccess: readonly ExternalAccess[];
  readonly namespaceAccess: readonly NamespaceAccess[];
  /** Default denies of the whole app, already grown to cover it. */
  readonly everywhere: readonly DefaultDenyEverywhere[];
  /** How many constructs there are. */
  readonly size: number;
}

/** Lets what covers the whole app grow to cover it, and then gathers what is in the tree. */
export function readTree(app: IConstruct): AppTree {
  const before = app.node.findAll();
  const everywhere = before.filter((node) => node instanceof DefaultDenyEverywhere);
  for (const deny of everywhere) deny.expand();
  const objects: ApiObject[] = [];
  const intents: ClientIntents[] = [];
  const denies: DenyClaim[] = [];
  const externalAccess: ExternalAccess[] = [];
  const namespaceAccess: NamespaceAccess[] = [];
  const nodes = everywhere.length === 0 ? before : app.node.findAll();
  for (const node of nodes) {
    if (ApiObject.isApiObject(node)) objects.push(node);
    else if (ClientIntents.isClientIntents(node)) intents.push(node);
    else if (ExternalAccess.isExternalAccess(node)) externalAccess.push(node);
    const claim = denyClaimOf(node);
    if (claim !== undefined) denies.push(claim);
    const access = namespaceAccessOf(node);
    if (access !== undefined) namespaceAccess.push(access);
  }
  return { objects, intents, denies, externalAccess, namespaceAccess, everywhere, size: nodes.length };
}
