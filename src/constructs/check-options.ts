import {
  compileOptions,
  enforcementOptions,
  type IntentsCompilerOptions,
} from '../compiler/compiler-options';
import { describeGiven, fieldsProblem } from './given-value';
import { kubernetesApiRules } from '../compiler/egress/api-endpoint';
import { checkEnforcement } from '../compiler/enforcement/enforcement';
import { NETWORK_PLUGINS } from '../compiler/domains/network-plugin';
import { isDay } from '../compiler/exceptions/expiry';
import { dnsRules } from '../compiler/egress/dns-rules';
import { checkStrictOtterize } from '../compiler/operator/beside-operator';
import { InvalidInputError } from '../compiler/invalid-input-error';
import { parseCidr } from '../model/cidr';
import { nearest } from '../model/field-reader';

/** Refuses a value; types say what may come, but only to those who have them checked. */
type Check = (field: string, value: unknown) => void;

const AUTOMATIC = ['if-blocked', 'always', 'off'];

const CHECKS: Readonly<Record<keyof IntentsCompilerOptions, Check>> = {
  profile: oneOf(['seed', 'otterize', 'selectors']),
  strictOtterize: oneOf([true, false]),
  externalTraffic: oneOf(AUTOMATIC),
  ingressControllers: listOf(checkController),
  gateways: listOf(checkGateway),
  metricsScrapers: listOf(checkScraper),
  webhookTraffic: oneOf(AUTOMATIC),
  controlPlaneCidrs: listOf(checkCidr),
  egress: oneOf([...AUTOMATIC, true, false]),
  enforcement: (field, value) => {
    if (typeof value === 'string') oneOf(['enforce', 'shadow'])(field, value);
    else checkFields(field, value, ['default', 'namespaces', 'workloads']);
  },
  dnsLock: checkText,
  cni: oneOf(Object.keys(NETWORK_PLUGINS)),
  today: (field, value) => {
    if (typeof value !== 'string' || !isDay(value)) refuse(field, value, 'a day', "'2026-12-31'");
  },
  dns: checkDns,
  kubernetesApi: listOf(checkText),
  proof: oneOf(['error', 'report', 'off']),
  excess: oneOf(['error', 'warning', 'info']),
  notes: oneOf([true, false]),
  podTemplateKinds: listOf(checkKind),
  podCidrs: listOf(checkCidr),
  nodeCidrs: listOf(checkCidr),
  onFindings: (field, value) => {
    if (typeof value !== 'function') refuse(field, value, 'a function', '(findings) => { … }');
  },
};

/** The options there are. */
export const OPTION_NAMES: readonly string[] = Object.keys(CHECKS);

/**
 * Refuses what {@link IntentsCompilerOptions} cannot be, all of it before the synth.
 *
 * @throws Error for the first option that is misspelt or cannot be used
 */
export function checkOptions(options: IntentsCompilerOptions): void {
  checkFields('options', options, Object.keys(CHECKS));
  const given = new Map<string, unknown>(Object.entries(options));
  for (const [name, check] of Object.entries(CHECKS)) {
    const value = given.get(name);
    if (value !== undefined) check(name, value);
  }
  const { dns, kubernetesApi = [], enforcement } = options;
  asOption(() => {
    kubernetesApiRules(kubernetesApi);
    if (enforcement !== undefined) checkEnforcement(enforcementOptions(enforcement));
    if (dns !== undefined && dns !== false) dnsRules(dns);
    checkStrictOtterize(compileOptions(options));
  });
}

function oneOf(choices: readonly (string | boolean)[]): Check {
  return (field, value) => {
    if (choices.some((choice) => choice === value)) return;
    const words = choices.filter((choice) => typeof choice === 'string');
    const near = typeof value === 'string' ? nearest(value, words) : undefined;
    const printed = choices.map((choice) => JSON.stringify(choice));
    throw optionError(
      `${field} is ${describeGiven(value)}, which is none of ${printed.join(', ')}`,
      near === undefined ? 'Write one of them.' : `Did you mean ${JSON.stringify(near)}?`,
    );
  };
}

function listOf(check: Check): Check {
  return (field, value) => {
    if (!Array.isArray(value)) refuse(field, value, 'a list', '[…]');
    else
      value.forEach((item: unknown, index) => {
        check(`${field}[${index}]`, item);
      });
  };
}

function checkText(field: string, value: unknown): void {
  if (typeof value !== 'string') refuse(field, value, 'text', "'…'");
}

function checkController(field: string, value: unknown): void {
  if (typeof value !== 'string' || !/^[^/\s]+\/[^/\s]+$/.test(value)) {
    refuse(field, value, 'namespace/name', "'ingress-nginx/ingress-nginx-controller'");
  }
}

function checkScraper(field: string, value: unknown): void {
  if (typeof value !== 'string' || !/^[^/\s]+\/[^/\s]+$/.test(value)) {
    refuse(field, value, 'namespace/name', "'monitoring/prometheus'");
  }
}

function checkGateway(field: string, value: unknown): void {
  if (typeof value !== 'string' || !/^[^/=\s]+\/[^/=\s]+=[^/=\s]+\/[^/=\s]+$/.test(value)) {
    refuse(
      field,
      value,
      'namespace/gateway=namespace/name',
      "'infra/public=istio-system/istio-ingressgateway'",
    );
  }
}

function checkCidr(field: string, value: unknown): void {
  if (typeof value !== 'string') {
    refuse(field, value, 'a CIDR', "'10.244.0.0/16'");
    return;
  }
  const { reason } = parseCidr(value, { hostBits: 'error' });
  if (reason !== undefined) {
    throw optionError(
      `${field} is ${JSON.stringify(value)}, which is no CIDR: ${reason}`,
      'Write 10.244.0.0/16.',
    );
  }
}

function checkDns(field: string, value: unknown): void {
  if (value === false) return;
  checkFields(field, value, ['pods', 'nodeLocalAddresses']);
  const { pods = [], nodeLocalAddresses = [] } = fieldsOf(value);
  listOf(checkText)(`${field}.nodeLocalAddresses`, nodeLocalAddresses);
  listOf((at, item) => {
    checkFields(at, item, ['namespace', 'labels', 'port']);
    const { namespace, labels } = fieldsOf(item);
    checkText(`${at}.namespace`, namespace);
    if (typeof labels !== 'object' || labels === null) {
      refuse(`${at}.labels`, labels, 'labels', "{ 'k8s-app': 'kube-dns' }");
    }
  })(`${field}.pods`, pods);
}

function checkKind(field: string, value: unknown): void {
  checkFields(field, value, ['group', 'kind', 'path']);
  const { group, kind, path } = fieldsOf(value);
  checkText(`${field}.group`, group);
  if (typeof kind !== 'string' || kind === '')
    refuse(`${field}.kind`, kind, 'the name of a kind', "'Rollout'");
  listOf((at, step) => {
    if (typeof step !== 'number') checkText(at, step);
  })(`${field}.path`, path);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function checkFields(field: string, value: unknown, known: readonly string[]): void {
  const problem = fieldsProblem(value, known);
  if (problem !== undefined) throw optionError(`${field} ${problem.problem}`, problem.mend);
}

function refuse(field: string, value: unknown, expected: string, example: string): void {
  throw optionError(`${field} is ${describeGiven(value)}, not ${expected}`, `Write ${example}.`);
}

function optionError(problem: string, mend: string): Error {
  return new Error(`IntentsCompiler: ${problem}. ${mend}`);
}

/** What the core refuses, as an error of the compiler. */
function asOption(check: () => void): void {
  try {
    check();
  } catch (error) {
    throw error instanceof InvalidInputError ? new Error(`IntentsCompiler: ${error.message}`) : error;
  }
}
