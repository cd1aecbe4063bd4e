import type { IntentsCompilerOptions } from '../compiler/compiler-options';
import type { Finding } from '../model/finding';

/** Options of the construct that the command line has no use for, or has in another shape for all commands. */
type Elsewhere =
  'proof' | 'notes' | 'onFindings' | 'podTemplateKinds' | 'today' | 'podCidrs' | 'nodeCidrs' | 'cni';

/** Every other option of the construct by its name on the command line: a new one that has none yet is an error here. */
const FLAGS: Readonly<Record<Exclude<keyof IntentsCompilerOptions, Elsewhere>, string>> = {
  profile: '--profile',
  strictOtterize: '--strict-otterize',
  externalTraffic: '--external-traffic',
  ingressControllers: '--ingress-controller',
  gateways: '--gateway',
  metricsScrapers: '--metrics-scraper',
  webhookTraffic: '--webhook-traffic',
  controlPlaneCidrs: '--control-plane-cidr',
  egress: '--egress',
  enforcement: '--enforcement',
  dns: '--dns',
  dnsLock: '--dns-lock',
  kubernetesApi: '--kubernetes-api',
  excess: '--excess',
};

const WORDS: readonly (readonly [string, string])[] = [
  ...Object.entries(FLAGS),
  ['podCidrs', '--pod-cidr'],
  ['nodeCidrs', '--node-cidr'],
  ['cni', '--cni'],
];

const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  // The construct has one option for what is --cni and --domain-policies here.
  [/knows domains \(cni\)/g, 'knows domains (--domain-policies)'],
  [
    /enforcement: \{ default: 'enforce', namespaces: \{ '([^']+)': 'enforce' \} \}/g,
    '--enforcement $1=enforce',
  ],
  [
    /enforcement: \{ default: 'shadow', namespaces: \{ '([^']+)': 'enforce' \} \}/g,
    '--enforcement shadow --enforcement $1=enforce',
  ],
  [/^enforcement names the /g, '--enforcement names the '],
  // Commands print every note.
  [/the notes \(notes: true\) say/g, 'the notes say'],
  ...WORDS.flatMap(([name, flag]) => [
    // Where both names are given, that of the construct goes.
    [new RegExp(`\\b${name} \\((${flag}[^)]*)\\)`, 'g'), '$1'] as const,
    [new RegExp(`\\(${name}, (${flag}[^)]*)\\)`, 'g'), '($1)'] as const,
    [new RegExp(`\\(${name}\\)`, 'g'), `(${flag})`] as const,
    // A name that is a plain word too is left alone anywhere else.
    ...(/[A-Z]/.test(name) ? [[new RegExp(`\\b${name}\\b`, 'g'), flag] as const] : []),
  ]),
];

/** A text with options called as the command line calls them; the core calls them as the construct does. */
export function textInOptionWords(text: string): string {
  return REPLACEMENTS.reduce((said, [name, flag]) => said.replace(name, flag), text);
}

/** The finding with options called as the command line calls them. */
export function inOptionWords(finding: Finding): Finding {
  const { message, mend } = finding;
  return { ...finding, message: textInOptionWords(message), mend: textInOptionWords(mend) };
}
