import { FAMILIES, generate, type Scenario } from './generate';
import type { Manifest } from './manifest';
import { isWorkload } from './pods';

const SEEDS = 60;

const SCENARIOS: readonly Scenario[] = FAMILIES.flatMap((family) =>
  Array.from({ length: SEEDS }, (_, seed) => generate(family, seed + 1)),
);

function hasManifest(test: (manifest: Manifest) => boolean): (scenario: Scenario) => boolean {
  return ({ manifests }) => manifests.some(test);
}

const withAction = (kind: string, action: string): ((scenario: Scenario) => boolean) =>
  hasManifest(
    (manifest) =>
      manifest.kind === kind &&
      'spec' in manifest &&
      'stagedAction' in manifest.spec &&
      manifest.spec.stagedAction === action,
  );
const withField = (field: 'applyOnForward' | 'doNotTrack' | 'preDNAT'): ((scenario: Scenario) => boolean) =>
  hasManifest((manifest) => manifest.kind === 'GlobalNetworkPolicy' && manifest.spec[field] === true);

/** What a cluster may have, and how to see it. */
const FEATURES: readonly (readonly [string, (scenario: Scenario) => boolean])[] = [
  ['applyOnForward', withField('applyOnForward')],
  ['doNotTrack', withField('doNotTrack')],
  ['preDNAT', withField('preDNAT')],
  ['the staged action Ignore', withAction('StagedGlobalNetworkPolicy', 'Ignore')],
  ['the staged action Learn', withAction('StagedGlobalNetworkPolicy', 'Learn')],
  ['the staged action Set', withAction('StagedGlobalNetworkPolicy', 'Set')],
  ['a staged deletion', withAction('StagedGlobalNetworkPolicy', 'Delete')],
  ['a staged deletion of a NetworkPolicy', withAction('StagedKubernetesNetworkPolicy', 'Delete')],
  ['a staged policy in the place of an enforced one', hasReplacement],
  ['a headless Service', hasManifest((one) => one.kind === 'Service' && one.spec.clusterIP === 'None')],
  ['a Service without ports', hasManifest((one) => one.kind === 'Service' && one.spec.ports.length === 0)],
  ['an ExternalName', hasManifest((one) => one.kind === 'Service' && one.spec.type === 'ExternalName')],
  ['a Service without selector', hasManifest((one) => one.kind === 'Service' && isBare(one.spec))],
  ['written endpoints', hasManifest(({ kind }) => kind === 'EndpointSlice')],
  ['a name that workloads of two kinds have', hasSharedName],
  [
    'a workload on the host network',
    hasManifest((one) => JSON.stringify(one).includes('"hostNetwork":true')),
  ],
  ['a finished Job', hasManifest((one) => one.kind === 'Job' && one.status !== undefined)],
  ['equal priorities', hasRivals],
  ['nodes as a peer', hasManifest((one) => JSON.stringify(one).includes('"nodes":'))],
  ['the plugin kubernetes', ({ options }) => options.cni === 'kubernetes'],
  ['the plugin calico', ({ options }) => options.cni === 'calico'],
  ['the plugin calico-nftables', ({ options }) => options.cni === 'calico-nftables'],
  ['the plugin kube-network-policies', ({ options }) => options.cni === 'kube-network-policies'],
];

describe('the generated clusters', () => {
  it.each(FEATURES)('have %s now and then', (_, has) => {
    expect(SCENARIOS.filter(has).length).toBeGreaterThanOrEqual(3);
  });

  it('are the same for the same family and seed, and other ones for others', () => {
    for (const family of FAMILIES) {
      expect(generate(family, 7)).toEqual(generate(family, 7));
      expect(generate(family, 7)).not.toEqual(generate(family, 8));
    }
  });

  it('have no two objects of one name', () => {
    for (const { manifests } of SCENARIOS) {
      const ids = manifests.map(({ apiVersion, kind, metadata: { name, namespace = '' } }) =>
        [apiVersion, kind, namespace, name].join(' '),
      );
      expect(new Set(ids).size).toBe(ids.length);
    }
  });
});

function isBare({ type, selector = {} }: { readonly type?: string; readonly selector?: object }): boolean {
  return type === undefined && Object.keys(selector).length === 0;
}

function hasReplacement({ manifests }: Scenario): boolean {
  return manifests.some(
    (staged) =>
      staged.kind.startsWith('Staged') &&
      'spec' in staged &&
      !(
        staged.spec !== undefined &&
        'stagedAction' in staged.spec &&
        staged.spec.stagedAction === 'Delete'
      ) &&
      manifests.some(
        (one) =>
          `Staged${one.kind}` === staged.kind &&
          one.metadata.name === staged.metadata.name &&
          one.metadata.namespace === staged.metadata.namespace,
      ),
  );
}

function hasSharedName({ manifests }: Scenario): boolean {
  const names = manifests
    .filter(isWorkload)
    .map(({ metadata: { name, namespace = '' } }) => `${namespace}/${name}`);
  return new Set(names).size < names.length;
}

function hasRivals({ manifests }: Scenario): boolean {
  const priorities = manifests.flatMap((one) =>
    one.kind === 'AdminNetworkPolicy' ? [one.spec.priority ?? 0] : [],
  );
  return new Set(priorities).size < priorities.length;
}
