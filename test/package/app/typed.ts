// What an author of constructs writes: every exported type by its name. Type-checked, never run.
import type { Chart } from 'cdk8s';
import {
  CALICO_SYSTEM_NAMESPACES,
  CalicoNetworkPolicy,
  ClientIntents,
  defineConfig,
  DefaultDeny,
  GlobalNetworkPolicy,
  GlobalNetworkSet,
  IGNORE_ANNOTATION,
  ManifestInclude,
  NetworkPolicy,
  NetworkSet,
  Target,
  Tier,
  type CalicoDefaultDenyProps,
  type CalicoEntity,
  type CalicoPolicyProps,
  type CalicoRule,
  type ClientIntentsProps,
  type ConfiguredIgnore,
  type DefaultDenyProps,
  type DnsOptions,
  type Edit,
  type Finding,
  type Fix,
  type GlobalNetworkPolicyProps,
  type IntentsCompilerOptions,
  type IntentsConfiguration,
  type InternetOptions,
  type ManifestIncludeProps,
  type NamedWorkload,
  type NetworkPolicyProps,
  type NetworkSetProps,
  type Place,
  type PodTemplateKind,
  type PolicyRule,
  type PortReference,
  type ProfileName,
  type RuleSeverity,
  type Severity,
  type TargetOptions,
  type TierProps,
  type WorkloadReference,
} from 'cdk8s-intents';
import { Construct } from 'constructs';

/** A construct of the app's own on top of those of the package. */
export class Calls extends Construct {
  readonly intents: ClientIntents;

  constructor(scope: Construct, id: string, workload: WorkloadReference, ports: readonly PortReference[]) {
    super(scope, id);
    const options: TargetOptions = { ports };
    const props: ClientIntentsProps = { workload, targets: [Target.workload({ name: 'cart' }, options)] };
    this.intents = new ClientIntents(this, id, props);
  }
}

/** A default deny by another default. */
export class QuietDeny extends DefaultDeny {
  constructor(chart: Chart, props: DefaultDenyProps & { readonly dns?: DnsOptions | false }) {
    super(chart, 'quiet', { egress: true, ...props });
  }
}

export const profiles: readonly ProfileName[] = ['seed', 'otterize', 'selectors'];
export const worst: Severity = 'error';
export const cart: NamedWorkload = { name: 'cart', kind: 'Deployment' };
export const stripe: InternetOptions = { domains: ['api.stripe.com'], ports: [443] };
export const deny: CalicoDefaultDenyProps = {
  direction: 'egress',
  exemptNamespaces: CALICO_SYSTEM_NAMESPACES,
};

/** What a synth found, for a log of the app's own. */
export function options(
  kinds: readonly PodTemplateKind[],
  log: (line: string) => void,
): IntentsCompilerOptions {
  return {
    profile: 'seed',
    podTemplateKinds: kinds,
    onFindings: (findings) => {
      for (const finding of findings) log(describe(finding, finding.place));
    },
  };
}

export function describe(finding: Finding, place: Place): string {
  return `${finding.severity} ${finding.id}: ${finding.message} (${JSON.stringify(place)})`;
}

export function policies(
  chart: Chart,
  kubernetes: NetworkPolicyProps,
  calico: CalicoPolicyProps,
  global: GlobalNetworkPolicyProps,
  tier: TierProps,
  set: NetworkSetProps,
  include: ManifestIncludeProps,
): readonly Construct[] {
  return [
    new NetworkPolicy(chart, 'kubernetes', kubernetes),
    new CalicoNetworkPolicy(chart, 'calico', calico),
    new GlobalNetworkPolicy(chart, 'global', global),
    new Tier(chart, 'tier', tier),
    new NetworkSet(chart, 'set', set),
    new GlobalNetworkSet(chart, 'global-set', set),
    new ManifestInclude(chart, 'include', include),
  ];
}

export const firstRule = (rules: readonly PolicyRule[]): PolicyRule | undefined => rules[0];
export const sources = (rules: readonly CalicoRule[]): readonly (CalicoEntity | undefined)[] =>
  rules.map((rule) => rule.source);

/** A configuration of `intents check`, as `intents.config.ts` has it. */
export const known: ConfiguredIgnore = {
  rule: 'and-or-peer',
  object: 'NetworkPolicy/shop/*',
  reason: 'meant',
};
export const severity: RuleSeverity = 'off';
export const configuration: IntentsConfiguration = defineConfig({
  rules: { 'dns-udp-only': severity },
  ignores: [known],
  maxWarnings: 0,
});
export const ignored: Readonly<Record<string, string>> = { [IGNORE_ANNOTATION]: 'and-or-peer: meant' };
export const editsOf = (fix: Fix): readonly Edit['type'][] => fix.map(({ type }) => type);

/** Each line that is wrong must be refused: types that resolve to `any` refuse nothing. */
export function refused(chart: Chart): void {
  // @ts-expect-error an intent without a workload
  new ClientIntents(chart, 'no-workload', { targets: [] });
  // @ts-expect-error a severity that does not exist
  defineConfig({ rules: { 'and-or-peer': 'fatal' } });
  // @ts-expect-error an ignore without a reason
  defineConfig({ ignores: [{ rule: 'and-or-peer' }] });
  // @ts-expect-error a property that does not exist
  new DefaultDeny(chart, 'misspelt', { egres: true });
  // @ts-expect-error a target is made by the functions of Target
  new ClientIntents(chart, 'no-target', { workload: cart, targets: ['cart'] });
  // @ts-expect-error a list that is read-only
  CALICO_SYSTEM_NAMESPACES.push('shop');
}
