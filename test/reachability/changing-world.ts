import { generate, type Family, type Scenario } from '../oracle/generate';
import type { Manifest } from '../oracle/manifest';
import { Random } from '../oracle/random';
import { buildCluster } from '../../src/model/build-cluster';
import type { Cluster } from '../../src/model/cluster';
import { isJsonObject } from '../../src/model/json';
import { NOWHERE } from '../../src/model/place';
import type { Resource } from '../../src/model/resource';
import type { PolicySet } from '../../src/policies/policy';
import { policyId } from '../../src/policies/policy-id';
import { readPolicies } from '../../src/policies/read-policies';
import type { CniProfileName, ReachabilityOptions } from '../../src/reachability/reachability';
import { sameMeaning } from '../../src/reachability/reevaluation/same-meaning';
import { cidrs } from './world';

/** A model at one moment, with the manifests it was read from. */
export interface Moment {
  readonly manifests: readonly Manifest[];
  readonly cluster: Cluster;
  readonly policies: PolicySet;
}

/** Objects that are made into models again and again, one of them changed at a time. */
export class ChangingWorld {
  readonly options: ReachabilityOptions;
  private readonly random: Random;
  private readonly scenario: Scenario;
  private readonly donors: readonly Manifest[];
  private readonly resources = new Map<Manifest, Resource>();

  /** @param plugin that evaluates them, in place of the one of the scenario */
  constructor(family: Family, seed: number, plugin?: CniProfileName) {
    this.random = new Random(seed);
    this.scenario = generate(family, seed);
    this.donors = generate(family, seed + 10_000).manifests;
    const { podCidrs, nodeCidrs, cni: usual, staged } = this.scenario.options;
    const cni = plugin ?? usual;
    this.options = {
      ...(podCidrs === undefined ? {} : { podCidrs: cidrs(...podCidrs) }),
      ...(nodeCidrs === undefined ? {} : { nodeCidrs: cidrs(...nodeCidrs) }),
      ...(cni === undefined ? {} : { cni }),
      ...(staged === undefined ? {} : { staged }),
    };
  }

  first(): Moment {
    return this.read(this.scenario.manifests);
  }

  /** One object added, removed or replaced by another of its kind; sometimes everything else is read again. */
  next(now: Moment): Moment {
    const later = this.read(this.changed(now.manifests));
    return this.random.chance(0.5) ? later : shared(now, later);
  }

  private changed(manifests: readonly Manifest[]): readonly Manifest[] {
    const { random } = this;
    const victim = random.pick(manifests);
    const rest = manifests.filter((manifest) => manifest !== victim);
    const others = this.donors.filter(({ kind }) => kind === victim.kind);
    const donor = random.pick(this.donors);
    const [other = donor] = others.length > 0 ? [random.pick(others)] : [];
    switch (random.integer(0, 3)) {
      case 0:
        return rest.length === 0 ? manifests : rest;
      case 1:
        return [...manifests.filter((manifest) => !isSame(manifest, donor)), donor];
      default:
        return [...rest, named(other, victim)];
    }
  }

  private read(manifests: readonly Manifest[]): Moment {
    const resources = manifests.map((manifest) => this.resource(manifest));
    return { manifests, cluster: buildCluster(resources), policies: readPolicies(resources) };
  }

  private resource(manifest: Manifest): Resource {
    const known = this.resources.get(manifest);
    if (known !== undefined) return known;
    const copy: unknown = JSON.parse(JSON.stringify(manifest));
    if (!isJsonObject(copy)) throw new Error('a manifest is an object');
    const [version = '', group = ''] = manifest.apiVersion.split('/').reverse();
    const { apiVersion, kind, metadata } = manifest;
    const { name, namespace } = metadata;
    const made = { apiVersion, group, version, kind, name, namespace, manifest: copy, place: NOWHERE };
    this.resources.set(manifest, made);
    return made;
  }
}

function isSame(a: Manifest, b: Manifest): boolean {
  return a.kind === b.kind && a.apiVersion === b.apiVersion && sameMeaning(nameOf(a), nameOf(b));
}

function nameOf({ metadata }: Manifest): unknown {
  return [metadata.namespace, metadata.name];
}

/** The one manifest under the name of the other, where they are of a kind. */
function named(manifest: Manifest, { kind, metadata }: Manifest): Manifest {
  if (manifest.kind !== kind) return manifest;
  const { name, namespace } = metadata;
  const renamed: unknown = { ...manifest, metadata: { ...manifest.metadata, name, namespace } };
  return renamed as Manifest;
}

/** The later moment with the objects of the earlier one wherever they say the same. */
function shared({ cluster, policies }: Moment, later: Moment): Moment {
  return {
    ...later,
    cluster: {
      ...later.cluster,
      workloads: kept(cluster.workloads, later.cluster.workloads, ({ id }) => id),
      services: kept(
        cluster.services,
        later.cluster.services,
        ({ namespace, name }) => `${namespace}/${name}`,
      ),
    },
    policies: {
      ...later.policies,
      kubernetes: kept(policies.kubernetes, later.policies.kubernetes, policyId),
      calico: kept(policies.calico, later.policies.calico, policyId),
      clusterWide: kept(policies.clusterWide, later.policies.clusterWide, policyId),
    },
  };
}

function kept<T>(before: readonly T[], after: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const known = new Map(before.map((item) => [keyOf(item), item]));
  return after.map((item) => {
    const old = known.get(keyOf(item));
    return old !== undefined && sameMeaning(old, item) ? old : item;
  });
}
