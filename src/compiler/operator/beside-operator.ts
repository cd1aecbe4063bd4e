import { apiServerRules } from './operator-api-server';
import { operatorOutput, type OperatorInput, type OperatorOutput } from './operator-output';
import { printOperatorPolicy } from './operator-policy';
import { isModelled, otterizeDifferences, type OwnOutput } from './otterize-differences';
import type { CompileOptions, GeneratedPolicy, PodLabels } from '../compilation';
import { InvalidInputError } from '../invalid-input-error';
import { sortIntents } from '../resolution/intent-order';
import { sortLabels } from '../sort-labels';
import type { Finding } from '../../model/finding';

/**
 * What is written under the profile `otterize`: what was made, or with `strictOtterize` what the operator makes.
 * Findings `otterize-differs` say where the two are not the same. Policies that the operator's model does not know, such
 * as those for webhooks, are written either way.
 */
export function besideOperator(own: OwnOutput, input: OperatorInput, findings: Finding[]): OwnOutput {
  const strict = input.options.strictOtterize === true;
  const operator = operatorOutput(input);
  findings.push(...otterizeDifferences(operator, own, input.intents, strict));
  if (!strict) return own;
  dropAnswered(input, findings);
  const others = own.policies.filter((policy) => !isModelled(policy));
  return {
    policies: [...printed(operator), ...others].sort(
      (a, b) => order(a.namespace, b.namespace) || order(a.name, b.name),
    ),
    podLabels: labels(operator),
  };
}

/** The operator finds the API server in its Endpoints: where they are in the input, nothing is unknown. */
function dropAnswered({ index, options: { kubernetesApi = [] } }: OperatorInput, findings: Finding[]): void {
  if (apiServerRules({ index, kubernetesApi }).length === 0) return;
  const others = findings.filter(({ id }) => id !== 'kubernetes-api-unknown');
  findings.splice(0, findings.length, ...others);
}

/**
 * The operator's own shadow mode differs from enforcement in steps, so the two do not go together.
 *
 * @throws InvalidInputError when strictOtterize is set for another profile, or together with enforcement in steps
 */
export function checkStrictOtterize({
  profile = 'seed',
  strictOtterize = false,
  enforcement,
}: Pick<CompileOptions, 'profile' | 'strictOtterize' | 'enforcement'>): void {
  if (!strictOtterize) return;
  if (profile !== 'otterize') {
    throw new InvalidInputError(
      'strictOtterize',
      strictOtterize,
      `it is about the profile otterize, and the profile is ${profile}`,
      "Set profile to 'otterize', or leave strictOtterize out.",
    );
  }
  if (enforcement === undefined) return;
  throw new InvalidInputError(
    'strictOtterize',
    strictOtterize,
    'it writes what the operator writes, and enforcement asks for less',
    'Change over first, then leave strictOtterize out and enforce in steps.',
  );
}

/** Of two policies of one name the first is kept; the finding about it is an error. */
function printed({ policies }: OperatorOutput): GeneratedPolicy[] {
  const byName = new Map<string, GeneratedPolicy>();
  for (const policy of policies) {
    const { namespace, name, causes } = policy;
    const key = `${namespace}/${name}`;
    if (byName.has(key)) continue;
    byName.set(key, { namespace, name, manifest: printOperatorPolicy(policy), causes: sortIntents(causes) });
  }
  return [...byName.values()];
}

function labels({ podLabels }: OperatorOutput): PodLabels[] {
  return [...podLabels]
    .map(([workload, wanted]) => ({ workload, labels: sortLabels(wanted) }))
    .sort((a, b) => order(a.workload.id, b.workload.id));
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
