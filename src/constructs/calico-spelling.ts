import type { CalicoEntity, CalicoRule, GlobalNetworkPolicyProps, SelectorText } from './calico-policy';
import { InvalidInputError } from '../compiler/invalid-input-error';
import { checkKeys } from '../compiler/known-keys';

const POLICY_KEYS = [
  'name',
  'labels',
  'tier',
  'order',
  'selector',
  'serviceAccountSelector',
  'types',
  'ingress',
  'egress',
];
const RULE_KEYS = [
  'action',
  'ipVersion',
  'protocol',
  'notProtocol',
  'icmp',
  'notICMP',
  'source',
  'destination',
] as const;
const LISTS = ['nets', 'notNets', 'ports', 'notPorts'] as const;
const SELECTORS = ['selector', 'notSelector', 'namespaceSelector'] as const;
const ENTITY_KEYS = [...LISTS, ...SELECTORS, 'serviceAccounts', 'services'];

/**
 * Refuses what Calico would read as everything, or nobody would read at all: an empty selector, list or side of a rule,
 * and keys that do not exist.
 *
 * @throws InvalidInputError for the first of them
 */
export function checkCalicoSpelling(props: GlobalNetworkPolicyProps, global: boolean): void {
  checkKeys('', props, global ? [...POLICY_KEYS, 'namespaceSelector'] : POLICY_KEYS);
  checkSelector('selector', props.selector);
  checkSelector('namespaceSelector', props.namespaceSelector);
  checkSelector('serviceAccountSelector', props.serviceAccountSelector);
  for (const direction of ['ingress', 'egress'] as const) {
    props[direction]?.forEach((rule, index) => {
      checkRule(`${direction}[${index}]`, rule);
    });
  }
}

function checkRule(path: string, rule: CalicoRule): void {
  checkKeys(path, rule, RULE_KEYS);
  for (const side of ['source', 'destination'] as const) {
    const entity = rule[side];
    if (entity !== undefined) checkEntity(`${path}.${side}`, entity);
  }
}

function checkEntity(path: string, entity: CalicoEntity): void {
  checkKeys(path, entity, ENTITY_KEYS);
  const { serviceAccounts, services } = entity;
  for (const list of LISTS) checkList(`${path}.${list}`, entity[list]);
  for (const selector of SELECTORS) checkSelector(`${path}.${selector}`, entity[selector]);
  if (serviceAccounts !== undefined) {
    checkKeys(`${path}.serviceAccounts`, serviceAccounts, ['names', 'selector']);
    checkList(`${path}.serviceAccounts.names`, serviceAccounts.names);
    checkSelector(`${path}.serviceAccounts.selector`, serviceAccounts.selector);
    checkFilled(`${path}.serviceAccounts`, serviceAccounts);
  }
  if (services !== undefined) checkKeys(`${path}.services`, services, ['name', 'namespace']);
  checkFilled(path, entity);
}

function checkFilled(path: string, value: object): void {
  if (Object.values(value).some((content) => content !== undefined)) return;
  throw new InvalidInputError(
    path,
    value,
    'Calico reads it as everything',
    'Leave it out if that is meant, or write a condition.',
  );
}

function checkList(path: string, list: readonly unknown[] | undefined): void {
  if (list?.length !== 0) return;
  throw new InvalidInputError(
    path,
    list,
    'Calico reads an empty list as no condition at all',
    'Name at least one, or leave it out if everything is meant.',
  );
}

function checkSelector(path: string, selector: SelectorText | undefined): void {
  if (selector === undefined || selector.toString().trim() !== '') return;
  throw new InvalidInputError(
    path,
    selector.toString(),
    'Calico reads an empty selector as no condition at all',
    "Write 'all()' if everything is meant, or leave it out.",
  );
}
