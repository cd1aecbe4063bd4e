import { CHECKS } from '../checks';
import { checkInput } from '../checks/check-input';
import { withoutIgnored } from '../checks/without-ignored';
import { judgeFlows, readAssertionFiles } from '../cli/judge-flows';
import { buildCluster } from '../model/build-cluster';
import { parseCidr, type Cidr } from '../model/cidr';
import { sortFindings, type Finding } from '../model/finding';
import { NOWHERE } from '../model/place';
import { readPolicies } from '../policies/read-policies';
import { evaluate } from '../reachability/evaluate';
import type { ReachabilityOptions } from '../reachability/reachability';
import { passes, type FlowResult } from '../reports/flow-result';
import { readManifestFiles } from '../sources/files';
import type { IntentsValidationProps } from './intents-validation';
import type { ValidationContext } from './validation-context';
import { findingViolations, flowViolation } from './violations';

/** An app that wrote nothing is no app without mistakes. */
const NO_MANIFESTS: Finding = {
  id: 'no-manifests',
  severity: 'error',
  message: 'cdk8s handed no manifests to check, so nothing is known from them',
  place: NOWHERE,
  mend: 'See that the app writes manifests, and that their names end in .yaml.',
};

/**
 * Checks manifests, and judges expected flows; reports both to cdk8s-cli. Errors and warnings are shown, notes counted.
 * @throws Error when a file of flows cannot be read or names what the manifests do not have
 */
export function validateManifests(context: ValidationContext, props: IntentsValidationProps): Promise<void> {
  const { manifests, report } = context;
  const { findings, flows } = validated(manifests, props);
  const failed = flows.filter((result) => !passes(result));
  const shown = findings.filter(({ severity }) => severity !== 'info');
  const summaries = new Map(CHECKS.map(({ id, summary }) => [id, summary]));
  for (const violation of [...failed.map(flowViolation), ...findingViolations(shown, summaries)])
    report.addViolation(violation);
  const count = (wanted: Finding['severity']): number =>
    findings.filter(({ severity }) => severity === wanted).length;
  const fatal = props.failOn === 'warning' ? shown.length : count('error');
  report.submit(failed.length + fatal === 0 ? 'success' : 'failure', {
    Manifests: String(manifests.length),
    Errors: String(count('error')),
    Warnings: String(count('warning')),
    Notes: String(count('info')),
    ...(props.flows === undefined
      ? {}
      : { Flows: `${flows.length - failed.length} of ${flows.length} hold` }),
  });
  return Promise.resolve();
}

interface Validated {
  readonly findings: readonly Finding[];
  readonly flows: readonly FlowResult[];
}

function validated(manifests: readonly string[], props: IntentsValidationProps): Validated {
  if (manifests.length === 0) return { findings: [NO_MANIFESTS], flows: [] };
  const { namespace, flows = [] } = props;
  const sources = readManifestFiles(manifests, { defaultNamespace: namespace });
  const cluster = buildCluster(
    sources.resources,
    namespace === undefined ? {} : { defaultNamespace: namespace },
  );
  const policies = readPolicies(cluster.resources);
  const options = reachabilityOptions(props);
  const reachability = evaluate(cluster, policies, options);
  const found = [
    ...sources.findings,
    ...cluster.findings,
    ...policies.findings,
    ...reachability.findings,
    ...checkInput({ cluster, policies, reachability, options }),
  ];
  const findings = sortFindings(withoutIgnored(found, cluster.resources, sources.ignoreComments));
  const assertions = readAssertionFiles(typeof flows === 'string' ? [flows] : flows, { namespace });
  return { findings, flows: judgeFlows(assertions, { cluster, reachability, findings }) };
}

function reachabilityOptions({ podCidrs, nodeCidrs, cni }: IntentsValidationProps): ReachabilityOptions {
  return {
    ...(podCidrs === undefined ? {} : { podCidrs: podCidrs.map(readCidr) }),
    ...(nodeCidrs === undefined ? {} : { nodeCidrs: nodeCidrs.map(readCidr) }),
    ...(cni === undefined ? {} : { cni }),
  };
}

function readCidr(text: string): Cidr {
  const { cidr, reason } = parseCidr(text, { hostBits: 'error' });
  if (cidr !== undefined) return cidr;
  throw new Error(
    `IntentsValidation: ${JSON.stringify(text)} is not a CIDR (${reason}). Write 10.244.0.0/16.`,
  );
}
