import { FieldReader } from '../../model/field-reader';
import type { Finding } from '../../model/finding';
import type { Json } from '../../model/json';
import type { Resource } from '../../model/resource';
import type { Direction } from '../direction';
import { readMetadata } from '../../model/read-metadata';
import { bypassesApiServer, checkApiGroup } from './api-group';
import { globalPolicyNameProblem, namespacedPolicyNameProblem, referenceProblem } from './names';
import type { CalicoPolicy, CalicoRule, HostFlag } from './policy';
import type { ServiceNamespace } from './read-entity';
import { readRule } from './read-rule';
import { readStagedAction } from './read-staged-action';
import { readSelector, refuseBlankBeside } from './selector-field';
import { warnOfTierPrefix } from './version-differences';

const DEFAULT_NAMESPACE = 'default';
const HOST_FLAGS: readonly HostFlag[] = ['doNotTrack', 'preDNAT', 'applyOnForward'];
/** Most rules of one direction, in the newest versions (calico-policy-model 1.2). */
const MAX_RULES = 1024;

/**
 * Reads a Calico NetworkPolicy or GlobalNetworkPolicy, or the staged form of one, with the defaults of its API server
 * (calico-policy-model 1.2, 1.3, 2.2). Undefined when it has an error.
 */
export function readCalicoPolicy(resource: Resource, findings: Finding[]): CalicoPolicy | undefined {
  const root = FieldReader.of(resource, findings);
  const global = resource.kind.endsWith('GlobalNetworkPolicy');
  const spec = root.objectOrEmpty('spec');
  const metadata = readMetadata(root, global ? globalPolicyNameProblem : namespacedPolicyNameProblem);
  checkApiGroup(root);
  const staged = resource.kind.startsWith('Staged');
  const policy: CalicoPolicy = {
    kind: global ? 'GlobalNetworkPolicy' : 'CalicoNetworkPolicy',
    staged,
    ...(global ? {} : { namespace: resource.namespace ?? DEFAULT_NAMESPACE }),
    ...metadata,
    ...(staged ? { stagedAction: readStagedAction(spec) } : {}),
    ...readOrder(spec),
    ...readScope(spec, global),
    ...readRules(spec, global, bypassesApiServer(resource)),
    ...readHostFlags(spec, global),
    place: resource.place,
  };
  spec.rejectUnknown();
  if (!bypassesApiServer(resource)) warnOfTierPrefix(root, policy);
  if (!root.has('spec')) warnOfMissingSpec(root, policy);
  checkPolicy(spec, policy);
  return root.errorCount > 0 ? undefined : policy;
}

/** The API server takes it for an empty one. */
function warnOfMissingSpec(root: FieldReader, { types, namespace }: CalicoPolicy): void {
  const subject =
    namespace === undefined
      ? 'every pod and every host of the cluster'
      : `every pod of the namespace ${namespace}`;
  root.problem(
    ['spec'],
    `spec is missing, which is the same as an empty one: the policy denies all ${types.join(' and ')} of ${subject}`,
    { id: 'missing-spec', severity: 'warning', mend: 'Write the spec, or remove the policy.' },
  );
}

function readOrder(spec: FieldReader): Pick<CalicoPolicy, 'tier' | 'order'> {
  const tier = spec.string('tier') ?? '';
  const reason = tier === '' ? undefined : referenceProblem(tier);
  if (reason !== undefined) {
    spec.problem(['tier'], `spec.tier is ${JSON.stringify(tier)}, which is no name of a tier: ${reason}`, {
      mend: 'Write the name of a Tier; without one the policy is in the tier default.',
    });
  }
  return { tier: tier === '' ? 'default' : tier, order: spec.number('order') ?? Infinity };
}

function readScope(
  spec: FieldReader,
  global: boolean,
): Pick<CalicoPolicy, 'selector' | 'namespaceSelector' | 'serviceAccountSelector'> {
  const selector = readSelector(spec, 'selector', 'policy');
  refuseBlankBeside(spec, ['namespaceSelector', 'serviceAccountSelector']);
  const namespaceSelector = global ? readSelector(spec, 'namespaceSelector', 'policy') : undefined;
  const serviceAccountSelector = readSelector(spec, 'serviceAccountSelector', 'policy');
  return {
    ...(selector === undefined ? {} : { selector }),
    ...(namespaceSelector === undefined ? {} : { namespaceSelector }),
    ...(serviceAccountSelector === undefined ? {} : { serviceAccountSelector }),
  };
}

/** The API server wants the namespace of a Service only in a GlobalNetworkPolicy (2.2 item 5). */
function readRules(
  spec: FieldReader,
  global: boolean,
  bypassed: boolean,
): Pick<CalicoPolicy, 'types' | 'ingress' | 'egress'> {
  const serviceNamespace = global && !bypassed ? 'required' : 'optional';
  const ingress = readDirection(spec, 'ingress', serviceNamespace);
  const egress = readDirection(spec, 'egress', serviceNamespace);
  return { types: readTypes(spec, ingress.length, egress.length, bypassed), ingress, egress };
}

function readDirection(
  spec: FieldReader,
  direction: Direction,
  serviceNamespace: ServiceNamespace,
): readonly CalicoRule[] {
  const rules = (spec.objects(direction) ?? []).map((rule) => readRule(rule, direction, serviceNamespace));
  if (rules.length > MAX_RULES) {
    spec.problem(
      [direction],
      `spec.${direction} has ${rules.length} rules; later versions of Calico than 3.31 refuse more than ${MAX_RULES}`,
      { id: 'refused-by-some-versions', severity: 'warning', mend: 'Split the policy.' },
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
  const empty = (['ingress', 'egress'] as const).find((key) => isEmptyList(spec.raw(key)));
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
  const rest = Object.keys(spec.value).filter((key) => !kept.includes(key) && !isZero(spec.raw(key)));
  if (rest.length > 0) {
    refuse(
      'stagedAction',
      `spec.stagedAction is Delete, but ${rest.map((key) => `spec.${key}`).join(', ')} is there too`,
      'Keep only stagedAction and tier.',
    );
  }
}

function isEmptyList(value: Json | undefined): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** What the API server cannot tell from an absent field. */
function isZero(value: Json | undefined): boolean {
  return value === undefined || value === '' || value === false;
}
