import { CHECKS } from '../checks';
import { checkConfiguration } from '../cli/check-configuration';
import { checkFindings } from '../cli/check-findings';
import { judgeFlows, readAssertionFiles } from '../cli/judge-flows';
import { buildCluster } from '../model/build-cluster';
import { givenCidr } from '../model/given-cidr';
import type { Finding } from '../model/finding';
import { NOWHERE } from '../model/place';
import { readPolicies } from '../policies/read-policies';
import { evaluate } from '../reachability/evaluate';
import type { ReachabilityOptions } from '../reachability/reachability';
import { passes, type FlowResult } from '../reports/assertions/flow-result';
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
export async function validateManifests(
  context: ValidationContext,
  props: IntentsValidationProps,
): Promise<void> {
  const { manifests, report } = context;
  const { findings, flows, maxWarnings } = await validated(manifests, props);
  const failed = flows.filter((result) => !passes(result));
  const shown = findings.filter(({ severity }) => severity !== 'info');
  const summaries = new Map(CHECKS.map(({ id, summary }) => [id, summary]));
  for (const violation of [...failed.map(flowViolation), ...findingViolations(shown, summaries)])
    report.addViolation(violation);
  const count = (wanted: Finding['severity']): number =>
    findings.filter(({ severity }) => severity === wanted).length;
  const tooMany = count('warning') > (props.failOn === 'warning' ? 0 : maxWarnings);
  const fatal = count('error') + (tooMany ? 1 : 0);
  report.submit(failed.length + fatal === 0 ? 'success' : 'failure', {
    Manifests: String(manifests.length),
    Errors: String(count('error')),
    Warnings: String(count('warning')),
    Notes: String(count('info')),
    ...(props.flows === undefined
      ? {}
      : { Flows: `${flows.length - failed.length} of ${flows.length} hold` }),
  });
}

interface Validated {
  readonly findings: readonly Finding[];
  readonly flows: readonly FlowResult[];
  /** How many warnings the configuration allows. */
  readonly maxWarnings: number;
}

async function validated(manifests: readonly string[], props: IntentsValidationProps): Promise<Validated> {
  if (manifests.length === 0) return { findings: [NO_MANIFESTS], flows: [], maxWarnings: Infinity };
  const { namespace, flows = [], config = true } = props;
  const configuration = await checkConfiguration({ config });
  const { resources, files, ignoreComments, ...sources } = readManifestFiles(manifests, {
    defaultNamespace: namespace,
  });
  const cluster = buildCluster(resources, namespace === undefined ? {} : { defaultNamespace: namespace });
  const policies = readPolicies(cluster.resources);
  const options = reachabilityOptions(props);
  const reachability = evaluate(cluster, policies, options);
  const found = [...sources.findings, ...cluster.findings, ...policies.findings, ...reachability.findings];
  const model = { cluster, policies, options, reachability, findings: found, ignoreComments, files };
  // Properties are called as the options of the construct are.
  const asIs = (finding: Finding): Finding => finding;
  const { findings } = checkFindings(model, configuration, new Date().toISOString().slice(0, 10), asIs);
  const assertions = readAssertionFiles(typeof flows === 'string' ? [flows] : flows, { namespace });
  return {
    findings,
    flows: judgeFlows(assertions, { cluster, reachability, findings }),
    maxWarnings: configuration.settings.maxWarnings ?? Infinity,
  };
}

function reachabilityOptions({ podCidrs, nodeCidrs, cni }: IntentsValidationProps): ReachabilityOptions {
  return {
    ...(podCidrs === undefined
      ? {}
      : { podCidrs: podCidrs.map((text) => givenCidr(text, 'IntentsValidation: podCidrs')) }),
    ...(nodeCidrs === undefined
      ? {}
      : { nodeCidrs: nodeCidrs.map((text) => givenCidr(text, 'IntentsValidation: nodeCidrs')) }),
    ...(cni === undefined ? {} : { cni }),
  };
}
