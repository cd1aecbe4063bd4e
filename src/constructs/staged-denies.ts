import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { apiObjectProps } from './api-object-props';
import type { AppObject } from './app-objects';
import { ClusterScopedObject } from './cluster-scoped-object';
import { denyClaimOf } from './deny-claims';
import { GeneratedObject } from './generated-object';
import { stageDefaultDeny } from '../compiler/enforcement/stage-default-deny';
import type { StagedEnforcement } from '../compiler/enforcement/staged-enforcement';
import type { Cluster } from '../model/cluster';
import type { Finding } from '../model/finding';
import type { JsonObject } from '../model/json';
import type { Resource } from '../model/resource';
import { isClusterScoped } from '../model/scope';
import type { DenyClaim } from '../proof/proof';

/** An object of the tree that a default deny made. */
export interface DenyObject {
  readonly object: AppObject;
  readonly claim: DenyClaim;
}

/** The objects of the default denies of an app. */
export function denyObjects(objects: readonly AppObject[]): DenyObject[] {
  return objects.flatMap((object) => {
    const holder = object.object.node.scope;
    const claim = holder === undefined ? undefined : denyClaimOf(holder);
    // A baseline may hold its Namespace too.
    if (!object.object.kind.endsWith('NetworkPolicy')) return [];
    return claim === undefined ? [] : [{ object, claim }];
  });
}

/** What became of the default denies of an app whose enforcement is staged. */
export interface StagedDenies {
  /** Objects that are in the tree no more. */
  readonly withdrawn: ReadonlySet<ApiObject>;
  /** Objects that stand for some of them. */
  readonly written: readonly ApiObject[];
  /** Puts everything back as it was. */
  restore(): void;
}

/** Takes out of the default denies what would isolate workloads in shadow. */
export function stageDenies(
  denies: readonly DenyObject[],
  staged: StagedEnforcement,
  cluster: Cluster,
  findings: Finding[],
): StagedDenies {
  const withdrawn = new Set<ApiObject>();
  const written: ApiObject[] = [];
  const restore: (() => void)[] = [];
  for (const { object, claim } of denies) {
    for (const { manifest } of object.resources.slice(0, 1)) {
      const now = stageDefaultDeny({ ...claim, manifest }, staged, cluster);
      findings.push(...now.findings);
      const { scope, id } = object.object.node;
      if (now.manifest === manifest || scope === undefined) continue;
      withdrawn.add(object.object);
      const standIn = replace(scope, id, now.manifest);
      if (standIn !== undefined) written.push(standIn);
      restore.push(() => replace(scope, id, manifest));
    }
  }
  return {
    withdrawn,
    written,
    restore: () => {
      for (const one of restore) one();
    },
  };
}

/** The resources that default denies render to. */
export function denyResources(denies: readonly DenyObject[]): ReadonlySet<Resource> {
  return new Set(denies.flatMap(({ object }) => object.resources));
}

function replace(scope: unknown, id: string, manifest: JsonObject | undefined): ApiObject | undefined {
  if (!Construct.isConstruct(scope)) return undefined;
  scope.node.tryRemoveChild(id);
  if (manifest === undefined) return undefined;
  const props = apiObjectProps(manifest);
  const slash = props.apiVersion.indexOf('/');
  const group = slash < 0 ? '' : props.apiVersion.slice(0, slash);
  return isClusterScoped(group, props.kind)
    ? new ClusterScopedObject(scope, id, props)
    : new GeneratedObject(scope, id, manifest);
}
