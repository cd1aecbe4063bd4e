import { checkLabels, checkNamespace } from '../compiler/checked-input';
import { InvalidInputError } from '../compiler/invalid-input-error';
import { checkKeys } from '../compiler/known-keys';
import type { JsonObject } from '../model/json';
import { NAMESPACE_NAME_LABEL } from '../model/namespace';
import type { Labels } from '../model/resource';

/** Pods that a peer stands for. Everything given must hold together (AND). */
export interface PodPeerOptions {
  /**
   * Labels of the pods. At least one.
   *
   * @default - every pod of the namespaces, which must then be given; of the policy's own namespace only with `anyPod`
   */
  readonly labels?: Labels;
  /** Set to true for every pod; excludes `labels`. */
  readonly anyPod?: boolean;
  /**
   * The one namespace they are in. With `namespaceLabels` too, both must hold.
   *
   * @default - the policy's own namespace
   */
  readonly namespace?: string;
  /** Labels of the namespaces they are in. At least one. */
  readonly namespaceLabels?: Labels;
  /** Set to true for the pods of every namespace; excludes `namespace` and `namespaceLabels`. */
  readonly anyNamespace?: boolean;
}

const POD_KEYS = ['labels', 'anyPod', 'namespace', 'namespaceLabels', 'anyNamespace'];

/** The other end of a rule. */
export class Peer {
  private constructor(
    /** @internal */
    readonly _manifest: JsonObject,
  ) {}

  /**
   * Pods by label and namespace: one item with both selectors, which Kubernetes reads as AND. (Written as two items
   * they would mean OR, and let in far more.) Nothing that is empty stands for everything: say `anyPod` or
   * `anyNamespace`.
   *
   * @throws InvalidInputError when options are empty, contradict each other, or name no pods at all
   */
  static pods(options: PodPeerOptions): Peer {
    checkKeys('Peer.pods', options, POD_KEYS);
    const namespaces = namespaceSelector(options);
    const pods = podSelector(options);
    if (pods === undefined && namespaces === undefined) {
      throw new InvalidInputError(
        'Peer.pods',
        options,
        "it would stand for every pod of the policy's own namespace",
        'Name labels or a namespace, or write anyPod: true if every pod is meant.',
      );
    }
    return new Peer({
      ...(namespaces === undefined ? {} : { namespaceSelector: namespaces }),
      // Kubernetes wants one of the two; with namespaces alone every pod of them is meant.
      ...(pods === undefined || (pods === 'all' && namespaces !== undefined)
        ? {}
        : { podSelector: pods === 'all' ? {} : matchLabels(pods) }),
    });
  }

  /** Addresses outside the cluster, for example `203.0.113.0/24`, without the ranges in `except`. */
  static addresses(cidr: string, options: { readonly except?: readonly string[] } = {}): Peer {
    checkKeys('Peer.addresses', options, ['except']);
    const { except = [] } = options;
    return new Peer({ ipBlock: { cidr, ...(except.length === 0 ? {} : { except: [...except] }) } });
  }
}

/** A selector of exactly these labels; of everything when there are none. */
export function matchLabels(labels: Labels): JsonObject {
  return Object.keys(labels).length === 0 ? {} : { matchLabels: { ...labels } };
}

function podSelector({ labels, anyPod }: PodPeerOptions): Labels | 'all' | undefined {
  if (labels === undefined) return anyPod === true ? 'all' : undefined;
  if (anyPod === true) refuseBoth('anyPod', 'labels');
  if (Object.keys(labels).length === 0) {
    refuseEmpty('labels', 'pod', 'Name at least one label, or write anyPod: true instead if that is meant.');
  }
  return checkLabels('Peer.pods.labels', labels);
}

function namespaceSelector(options: PodPeerOptions): JsonObject | undefined {
  const { namespace, namespaceLabels, anyNamespace } = options;
  if (anyNamespace === true) {
    if (namespace !== undefined) refuseBoth('anyNamespace', 'namespace');
    if (namespaceLabels !== undefined) refuseBoth('anyNamespace', 'namespaceLabels');
    return {};
  }
  if (namespace === undefined && namespaceLabels === undefined) return undefined;
  if (namespaceLabels !== undefined && Object.keys(namespaceLabels).length === 0) {
    refuseEmpty(
      'namespaceLabels',
      'namespace',
      'Name at least one label, or write anyNamespace: true instead if that is meant.',
    );
  }
  const labels =
    namespaceLabels === undefined ? {} : checkLabels('Peer.pods.namespaceLabels', namespaceLabels);
  if (namespace === undefined) return matchLabels(labels);
  const named = Object.hasOwn(labels, NAMESPACE_NAME_LABEL) ? labels[NAMESPACE_NAME_LABEL] : namespace;
  if (named !== namespace) {
    throw new InvalidInputError(
      `Peer.pods.namespaceLabels.${NAMESPACE_NAME_LABEL}`,
      named,
      `namespace is ${JSON.stringify(namespace)}, and no namespace has two names`,
      'Write one of the two.',
    );
  }
  const name = checkNamespace('Peer.pods.namespace', namespace);
  return matchLabels({ ...labels, [NAMESPACE_NAME_LABEL]: name });
}

function refuseEmpty(option: string, what: string, mend: string): never {
  throw new InvalidInputError(`Peer.pods.${option}`, {}, `Kubernetes reads it as every ${what}`, mend);
}

function refuseBoth(wide: string, narrow: string): never {
  throw new InvalidInputError(
    `Peer.pods.${wide}`,
    true,
    `${narrow} is given too, and would have no effect`,
    `Remove ${wide} to keep the condition, or remove ${narrow}.`,
  );
}
