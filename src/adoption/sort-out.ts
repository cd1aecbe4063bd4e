import { isNais, readNais } from './adopt-nais';
import { isSkiperator, readSkiperator } from './adopt-skiperator';
import { isUds, readUds } from './adopt-uds';
import type { SystemName } from './residue';
import type { SystemReading } from './system-reading';
import { isFormerOutput } from '../compiler/present-policies';
import { INTENTS_GROUP } from '../intents/read-intents';
import type { Finding } from '../model/finding';
import { DEFAULT_POD_TEMPLATE_KINDS } from '../model/workloads/pod-template';
import type { Resource } from '../model/resource';

/** The input by what adoption does with it. */
export interface SortedInput {
  /** What stays as it is, with the workloads that systems make. */
  readonly base: readonly Resource[];
  /** ClientIntents and ProtectedServices. */
  readonly intents: readonly Resource[];
  /** NetworkPolicies to be replaced: written by hand, or what the systems enforce. */
  readonly policies: readonly Resource[];
  readonly reading: SystemReading;
  /** The systems that the input has objects of. */
  readonly systems: readonly SystemName[];
}

/** Sorts the objects by the system that they belong to, and reads what the systems enforce. */
export function sortOut(resources: readonly Resource[], findings: Finding[]): SortedInput {
  const intents = resources.filter(isIntents);
  const plain = resources.filter((resource) => isNetworkPolicy(resource) && !isFormerOutput(resource));
  const deployed = new Set(resources.flatMap(deployedName));
  const readings = [
    readNais(resources, deployed, findings),
    readSkiperator(resources, deployed, findings),
    readUds(resources, findings),
  ];
  const reading: SystemReading = {
    workloads: readings.flatMap(({ workloads }) => workloads),
    policies: readings.flatMap(({ policies }) => policies),
    targets: readings.flatMap(({ targets }) => targets),
    rules: readings.flatMap(({ rules }) => rules),
    residue: readings.flatMap(({ residue }) => residue),
  };
  const base = resources.filter(
    (resource) => !isIntents(resource) && !isNetworkPolicy(resource) && !isOfSystem(resource),
  );
  return {
    base: [...base, ...reading.workloads],
    intents,
    policies: [...plain, ...reading.policies],
    reading,
    systems: systemsOf(resources, intents.length > 0, plain.length > 0),
  };
}

function systemsOf(resources: readonly Resource[], intents: boolean, plain: boolean): SystemName[] {
  return [
    ...(intents ? ['otterize' as const] : []),
    ...(resources.some(isNais) ? ['nais' as const] : []),
    ...(resources.some(isSkiperator) ? ['skiperator' as const] : []),
    ...(resources.some(isUds) ? ['uds' as const] : []),
    ...(plain ? ['NetworkPolicy' as const] : []),
  ];
}

function isOfSystem(resource: Resource): boolean {
  return isNais(resource) || isSkiperator(resource) || isUds(resource);
}

function isIntents({ group, kind }: Resource): boolean {
  return group === INTENTS_GROUP && (kind === 'ClientIntents' || kind === 'ProtectedService');
}

function isNetworkPolicy({ group, kind }: Resource): boolean {
  return group === 'networking.k8s.io' && kind === 'NetworkPolicy';
}

/** Workloads that are there need not be made up. */
function deployedName({ group, kind, namespace = 'default', name }: Resource): string[] {
  return DEFAULT_POD_TEMPLATE_KINDS.pathOf(group, kind) === undefined ? [] : [`${namespace}/${name}`];
}
