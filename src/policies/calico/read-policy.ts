import { FieldReader } from '../../model/field-reader';
import type { Finding } from '../../model/finding';
import type { Resource } from '../../model/resource';
import type { Direction } from '../direction';
import { readMetadata } from '../metadata';
import { bypassesApiServer, checkApiGroup } from './api-group';
import { globalPolicyNameProblem, namespacedPolicyNameProblem } from './names';
import type { CalicoPolicy, CalicoRule, HostFlag } from './policy';
import { readRule } from './read-rule';
import { readStagedAction } from './read-staged-action';
import { readSelector } from './selector-field';

const DEFAULT_NAMESPACE = 'default';
const HOST_FLAGS: readonly HostFlag[] = ['doNotTrack', 'preDNAT', 'applyOnForward'];
/** Most rules of one direction (calico-policy-model 1.2). */
const MAX_RULES = 1024;

/**
 * Reads a Calico NetworkPolicy or GlobalNetworkPolicy, or the staged form of one, with the defaults of its API server
 * (calico-policy-model 1.2, 1.3, 2.2). Undefined when it has an error.
 */
export function readCalicoPolicy(resource: Resource, findings: Finding[]): CalicoPolicy | undefined {
  const root = FieldReader.of(resource, findings);
  const global = resource.kind.endsWith('GlobalNetworkPolicy');
  const spec = root.object('spec');
  const metadata = readMetadata(root, global ? globalPolicyNameProblem : namespacedPolicyNameProblem);
  checkApiGroup(root);
  if (spec === undefined) {
    root.problem(['spec'], 'spec is missing', {
      mend: 'Write the spec; an empty one applies to everything.',
    });
    return undefined;
  }
  const staged = resource.kind.startsWith('Staged');
  const policy: CalicoPolicy = {
    kind: global ? 'GlobalNetworkPolicy' : 'CalicoNetworkPolicy',
    staged,
    ...(global ? {} : { namespace: resource.namespace ?? DEFAULT_NAMESPACE }),
    ...metadata,
    ...(staged ? { stagedAction: readStagedAction(spec) } : {}),
    ...readOrder(spec),
    ...readScope(spec, global),
    ...readRules(spec, bypassesApiServer(resource)),
    ...readHostFlags(spec, global),
    place: resource.place,
  };
  spec.rejectUnknown();
  checkPolicy(spec, policy);
  return root.errorCount > 0 ? undefined : policy;
}

function readOrder(spec: FieldReader): Pick<CalicoPolicy, 'tier' | 'order'> {
  const tier = spec.string('tier') ?? '';
  return { tier: tier === '' ? 'default' : tier, order: spec.number('order') ?? Infinity };
}

function readScope(
  spec: FieldReader,
  global: boolean,
): Pick<CalicoPolicy, 'selector' | 'namespaceSelector' | 'serviceAccountSelector'> {
  const selector = readSelector(spec, 'selector', 'policy');
  const namespaceSelector = global ? readSelector(spec, 'namespaceSelector', 'policy') : undefined;
  const serviceAccountSelector = readSelector(spec, 'serviceAccountSelector', 'policy');
  return {
    ...(selector === undefined ? {} : { selector }),
    ...(namespaceSelector === undefined ? {} : { namespaceSelector }),
    ...(serviceAccountSelector === undefined ? {} : { serviceAccountSelector }),
  };
}

function readRules(spec: FieldReader, bypassed: boolean): Pick<CalicoPolicy, 'types' | 'ingress' | 'egress'> {
  const ingress = readDirection(spec, 'ingress');
  const egress = readDirection(spec, 'egress');
  return { types: readTypes(spec, ingress.length, egress.length, bypassed), ingress, egress };
}

function readDirection(spec: FieldReader, direction: Direction): readonly CalicoRule[] {
  const rules = (spec.objects(direction) ?? []).map((rule) => readRule(rule, direction));
  if (rules.length > MAX_RULES) {
    spec.problem(
      [direction],
      `spec.${direction} has ${rules.length} rules; Calico takes at most ${MAX_RULES}`,
      {
        mend: 'Split the policy.',
      },
    );
  }
  return rules;
}

/** Nothing given: the directions that have rules, ingress when none has; both where the API server was bypassed (1.3). */
function readTypes(
  spec: FieldReader,
  ingress: number,
  egress: number,
  bypassed: boolean,
): readonly Direction[] {
  const written = spec.strings('types') ?? [];
  written.forEach((type, index) => {
    if (type === 'Ingress' || type === 'Egress') {
      if (written.indexOf(type) === index) return;
      spec.problem(['types', index], `spec.types names ${type} twice`, { mend: 'List each direction once.' });
    } else {
      spec.problem(
        ['types', index],
        `spec.types[${index}] is ${JSON.stringify(type)}, which is no direction`,
        {
          mend: 'Write Ingress or Egress, with this spelling.',
        },
      );
    }
  });
  if (written.length === 0) return bypassed ? ['ingress', 'egress'] : defaultTypes(spec, ingress, egress);
  return (['ingress', 'egress'] as const).filter((direction) =>
    written.includes(direction === 'ingress' ? 'Ingress' : 'Egress'),
  );
}

function defaultTypes(spec: FieldReader, ingress: number, egress: number): readonly Direction[] {
  const empty = (['ingress', 'egress'] as const).find(
    (key) => spec.has(key) && (key === 'ingress' ? ingress : egress) === 0,
  );
  if (empty !== undefined) {
    spec.problem(
      [empty],
      `spec.${empty} is an empty list and spec.types is missing: Calico's installations disagree on whether that denies all ${empty}`,
      {
        id: 'ambiguous-types',
        severity: 'warning',
        mend: `Write spec.types; remove the empty spec.${empty}.`,
      },
    );
  }
  if (egress === 0) return ['ingress'];
  return ingress === 0 ? ['egress'] : ['ingress', 'egress'];
}

function readHostFlags(
  spec: FieldReader,
  global: boolean,
): Pick<CalicoPolicy, 'hostOnly' | 'hostFlags' | 'performanceHints'> {
  const hints = spec.strings('performanceHints') ?? [];
  hints.forEach((hint, index) => {
    if (hint === 'AssumeNeededOnEveryNode' && hints.indexOf(hint) === index) return;
    spec.problem(['performanceHints', index], `spec.performanceHints[${index}] is ${JSON.stringify(hint)}`, {
      mend: 'The only hint is AssumeNeededOnEveryNode, once.',
    });
  });
  const flags = global ? HOST_FLAGS.filter((flag) => spec.boolean(flag) === true) : [];
  return {
    hostOnly: flags.some((flag) => flag !== 'applyOnForward'),
    ...(flags.length === 0 ? {} : { hostFlags: flags }),
    ...(hints.length === 0 ? {} : { performanceHints: hints }),
  };
}

function checkPolicy(spec: FieldReader, policy: CalicoPolicy): void {
  const flags = policy.hostFlags ?? [];
  const refuse = (field: string, message: string, mend: string): void => {
    spec.problem([field], message, { mend });
  };
  if (policy.hostOnly && !flags.includes('applyOnForward')) {
    refuse(
      'applyOnForward',
      'spec.applyOnForward must be true with doNotTrack or preDNAT',
      'Set applyOnForward: true.',
    );
  }
  if (flags.includes('doNotTrack') && flags.includes('preDNAT')) {
    refuse('preDNAT', 'spec.doNotTrack and spec.preDNAT exclude each other', 'Keep one of them.');
  }
  if (flags.includes('preDNAT') && (policy.egress.length > 0 || policy.types.includes('egress'))) {
    refuse(
      'preDNAT',
      'spec.preDNAT is for ingress only, but the policy speaks of egress',
      'Remove the egress rules and the type Egress.',
    );
  }
  if (policy.stagedAction !== 'Delete') return;
  const kept = ['stagedAction', 'tier'];
  const rest = Object.keys(spec.value).filter((key) => !kept.includes(key) && spec.has(key));
  if (rest.length > 0) {
    refuse(
      'stagedAction',
      `spec.stagedAction is Delete, but ${rest.map((key) => `spec.${key}`).join(', ')} is there too`,
      'Keep only stagedAction and tier.',
    );
  }
}
