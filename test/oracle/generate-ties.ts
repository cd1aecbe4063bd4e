import type { Surroundings } from './generate-cluster';
import { selector } from './generate-selector';
import type {
  CalicoPolicyManifest,
  CalicoPolicySpec,
  Manifest,
  NetworkPolicyManifest,
  NetworkPolicySpec,
  StagedKubernetesManifest,
} from './manifest';
import type { Random } from './random';

type Side = 'ingress' | 'egress';

/** Of those that are written in full the tier is in the name already. */
const NAMES = ['a', 'g', 'p', 'z', 'default.m'] as const;
const ACTIONS = ['Allow', 'Allow', 'Deny', 'Deny', 'Pass'] as const;
const PROTOCOLS = [undefined, undefined, 'TCP', 'UDP'] as const;

/**
 * Policies of one order in the tier `default`, of all pods or of most, that decide otherwise about the same packets:
 * global ones, those of some namespaces, and at order 1000 Kubernetes' own between them; so names decide
 * (calico-policy-model 5.2), and for many packets otherwise up to Calico 3.31 than from 3.32 on.
 *
 * @param staged whether some of them are staged only
 */
export function tiedPolicies(random: Random, around: Surroundings, staged: boolean): Manifest[] {
  const order = random.pick([1000, 1000, -7, -7, undefined]);
  const side = random.pick(['ingress', 'ingress', 'egress'] as const);
  return random.times(3, 6, (index) => {
    const only = staged && random.chance(0.25);
    return order === 1000 && random.chance(0.3)
      ? kubernetesPolicy(random, around, index, side, only)
      : tiedPolicy(random, around, index, order, side, only);
  });
}

function tiedPolicy(
  random: Random,
  around: Surroundings,
  index: number,
  order: number | undefined,
  side: Side,
  staged: boolean,
): CalicoPolicyManifest {
  const name = nameOf(random, index);
  const protocol = random.pick(PROTOCOLS);
  const spec: CalicoPolicySpec = {
    ...(order === undefined ? {} : { order }),
    ...random.maybe(0.2, 'selector', () => selector(random, 'endpoints')),
    types: [side === 'ingress' ? 'Ingress' : 'Egress'],
    [side]: [{ action: random.pick(ACTIONS), ...(protocol === undefined ? {} : { protocol }) }],
  };
  if (random.chance(0.5))
    return {
      apiVersion: 'projectcalico.org/v3',
      kind: staged ? 'StagedGlobalNetworkPolicy' : 'GlobalNetworkPolicy',
      metadata: { name },
      spec,
    };
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: staged ? 'StagedNetworkPolicy' : 'NetworkPolicy',
    metadata: { name, namespace: random.pick(around.namespaces) },
    spec,
  };
}

function kubernetesPolicy(
  random: Random,
  around: Surroundings,
  index: number,
  side: Side,
  staged: boolean,
): NetworkPolicyManifest | StagedKubernetesManifest {
  const metadata = { name: nameOf(random, index), namespace: random.pick(around.namespaces) };
  const protocol = random.pick(PROTOCOLS);
  const spec: NetworkPolicySpec = {
    podSelector: {},
    policyTypes: [side === 'ingress' ? 'Ingress' : 'Egress'],
    [side]: [protocol === undefined ? {} : { ports: [{ protocol }] }],
  };
  return staged
    ? { apiVersion: 'projectcalico.org/v3', kind: 'StagedKubernetesNetworkPolicy', metadata, spec }
    : { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec };
}

/** Of its own, also when Calico keeps `m` as `default.m`. */
function nameOf(random: Random, index: number): string {
  return `${random.pick(NAMES)}${80 + index}`;
}
