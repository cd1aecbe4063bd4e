import type { Family } from '../ends/address-space';
import type { EndAddresses, Fuzzy } from '../ends/end-addresses';
import type { EndClass } from '../ends/end-class';
import { IndexSet } from '../sets/index-set';
import {
  askingOnly,
  declaredUnder,
  portsWithoutSidecars,
  type NamedPorts,
  type NameGroup,
  type PortLookup,
  type PortNames,
} from '../ends/named-ports';
import type { PatchedEnds } from './patched-ends';
import type { PodSelection } from '../ends/pod-selection';
import { portsKey } from '../rules/port-match';
import type { AddressSet } from '../../model/address-set';
import type { LabelSelector } from '../../model/label-selector';
import type { Labels } from '../../model/resource';
import type { ContainerPort } from '../../model/workloads/workload';
import type { Selector } from '../../policies/calico/selector';

/** Asks the index of the base about classes that stayed as they were, and a small one of its own about the others. */
export class PatchedSelection implements PodSelection {
  constructor(
    private readonly ends: PatchedEnds,
    private readonly base: PodSelection,
    private readonly fresh: PodSelection,
  ) {}

  inNamespace(namespace: string, pods: LabelSelector | undefined): IndexSet {
    return this.ends.merge(this.base.inNamespace(namespace, pods), this.fresh.inNamespace(namespace, pods));
  }

  labelled(namespace: string, matchLabels: Labels): IndexSet {
    return this.ends.merge(
      this.base.labelled(namespace, matchLabels),
      this.fresh.labelled(namespace, matchLabels),
    );
  }

  inNamespaces(namespaces: LabelSelector, pods: LabelSelector | undefined): IndexSet {
    return this.ends.merge(
      this.base.inNamespaces(namespaces, pods),
      this.fresh.inNamespaces(namespaces, pods),
    );
  }

  calico(selector: Selector): IndexSet {
    return this.ends.merge(this.base.calico(selector), this.fresh.calico(selector));
  }
}

/** The same for addresses. */
export class PatchedAddresses implements EndAddresses {
  constructor(
    private readonly ends: PatchedEnds,
    private readonly base: EndAddresses,
    private readonly fresh: EndAddresses,
  ) {}

  in(set: AddressSet, family: Family): Fuzzy<IndexSet> {
    const [base, fresh] = [this.base.in(set, family), this.fresh.in(set, family)];
    return {
      sure: this.ends.merge(base.sure, fresh.sure),
      possible: this.ends.merge(base.possible, fresh.possible),
    };
  }
}

/** The same for named ports. */
class PatchedPorts implements NamedPorts {
  private readonly memo = new Map<string, readonly NameGroup[]>();

  constructor(
    private readonly ends: PatchedEnds,
    private readonly base: PortLookup,
    private readonly fresh: PortLookup,
    private readonly portsOf: (pod: EndClass) => readonly ContainerPort[],
  ) {}

  at(pod: EndClass, names: readonly string[]): readonly ContainerPort[] {
    return declaredUnder(pod, this.portsOf(pod), names);
  }

  groups(names: readonly string[]): readonly NameGroup[] {
    const key = JSON.stringify(names);
    const known = this.memo.get(key);
    if (known !== undefined) return known;
    const groups = this.group(names);
    this.memo.set(key, groups);
    return groups;
  }

  private group(names: readonly string[]): readonly NameGroup[] {
    const groups = new Map<string, { readonly ports: readonly ContainerPort[]; pods: IndexSet }>();
    const add = (ports: readonly ContainerPort[], pods: IndexSet): void => {
      if (pods.isEmpty) return;
      const known = groups.get(portsKey(ports));
      if (known === undefined) groups.set(portsKey(ports), { ports, pods });
      else known.pods = known.pods.union(pods);
    };
    const none = IndexSet.EMPTY;
    for (const { ports, pods } of this.base.groups(names)) add(ports, this.ends.merge(pods, none));
    for (const { ports, pods } of this.fresh.groups(names)) add(ports, this.ends.merge(none, pods));
    return [...groups.values()];
  }

  only(pods: IndexSet): PortLookup {
    return askingOnly(this, pods);
  }
}

/** The same for all ways to look named ports up. */
export function patchedNames(ends: PatchedEnds, base: PortNames, fresh: PortNames): PortNames {
  return {
    containers: new PatchedPorts(ends, base.containers, fresh.containers, ({ ports }) => ports),
    withInitContainers: new PatchedPorts(
      ends,
      base.withInitContainers,
      fresh.withInitContainers,
      ({ ports, initContainerPorts }) => [...ports, ...initContainerPorts],
    ),
    withoutSidecars: new PatchedPorts(
      ends,
      base.withoutSidecars,
      fresh.withoutSidecars,
      portsWithoutSidecars,
    ),
  };
}
