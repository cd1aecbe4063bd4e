import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { End } from '../../oracle/pods';
import { openEvaluator, subjectOf } from '../../oracle/subject';
import { CNI_PROFILES } from '../../../src/reachability/cni-profile';
import { evaluate } from '../../../src/reachability/evaluate';
import type { CniProfileName } from '../../../src/reachability/reachability';
import { CASES } from './cases';
import {
  NODE,
  SHOP,
  type DifferenceCase,
  type ProfileField,
  type ProfileStand,
  type Theme,
} from './difference-case';
import { NFTABLES_LIMITS } from './nftables-limits';
import { UNKNOWN_KIND, type Observation } from './observe';
import type { Observed } from './observed';

export const PAGE = join(__dirname, '..', '..', '..', 'docs', 'cni-differences.md');

/** The engines of the table with the profile of the evaluator that stands for each. */
export const PROFILES = [
  ['calico', 'calico'],
  ['nfqueue', 'kube-network-policies'],
] as const;

const PROTOCOL_NAMES: Readonly<Record<number, string>> = {
  1: 'an echo request (ICMP)',
  6: 'TCP',
  17: 'UDP',
  47: 'GRE',
};

/** What the evaluator says of a case; `undecided` where it depends on which node a pod is on. */
export function evaluated(asked: DifferenceCase, cni: CniProfileName): 'allow' | 'deny' | 'undecided' {
  const { from, to, protocol, port } = asked.judged ?? asked.probe;
  const traffic =
    protocol === 1 ? { icmp: { type: port >> 8, code: port & 255 } } : protocol === 47 ? {} : { port };
  const evaluator = openEvaluator(asked.objects, { cni, nodeCidrs: [`${NODE}/32`] });
  if (evaluator.problems.length > 0) throw new Error(`${asked.id}: ${evaluator.problems.join('; ')}`);
  return evaluator.verdict({ from: endOf(asked, from), to: endOf(asked, to), protocol, ...traffic });
}

/** The ids of what the evaluator says of a case beside its verdict. */
export function findingsOf({ objects }: DifferenceCase, cni: CniProfileName): readonly string[] {
  const { cluster, policies, options } = subjectOf(objects, { cni, nodeCidrs: [`${NODE}/32`] });
  return evaluate(cluster, policies, options).findings.map(({ id }) => id);
}

/** The pod that has the address and a network of its own, or a host. */
function endOf({ objects }: DifferenceCase, ip: string): End {
  for (const one of objects) {
    if (one.kind !== 'Pod' || one.spec.hostNetwork === true || one.status?.phase !== 'Running') continue;
    const { namespace = 'default', name } = one.metadata;
    if ((one.status.podIPs ?? []).some((address) => address.ip === ip))
      return { namespace, name, kind: 'Pod' };
  }
  return { ip };
}

/** The verdict of an observation, which may say more. */
export function verdictOf(observation: Observation): string {
  return observation.split(',')[0] ?? '';
}

/** docs/cni-differences.md, as the results make it. */
export function page(all: Readonly<Record<string, Observed>>): string {
  const themes = [...new Set(CASES.map(({ theme }) => theme))];
  const text = [
    INTRODUCTION,
    ...themes.map((theme) => section(theme, all)),
    BY_HAND(),
    PROFILES_OF_ALL(),
  ].join('\n\n');
  return formatted(text, PAGE);
}

/** The text as prettier writes such a file; its package cannot be loaded inside of jest. */
export function formatted(text: string, path: string): string {
  const prettier = join(__dirname, '..', '..', '..', 'node_modules', 'prettier', 'bin', 'prettier.cjs');
  const { stdout, stderr, status } = spawnSync(process.execPath, [prettier, '--stdin-filepath', path], {
    input: text,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

const INTRODUCTION = `# Where network plugins differ

What two policy engines make of the same policies and the same packets, beside what the texts of the APIs say. The page is
written from results: \`npm run test:dataplane\` sends every packet of it again, through Calico v3.31.0 (nftables) and through
the engine of kube-network-policies 1.1.1, which is also that of kindnet, and a test fails when the page says anything else.

The columns say what becomes of the packet: \`allow\`, it arrives, or \`deny\`. \`open\`: the text leaves it to the network
plugin. *evaluator* is what \`--cni kubernetes\` says; with \`--cni calico\` and \`--cni kube-network-policies\` the evaluator says
what the engine of that name did, or \`undecided\`, unless the case says otherwise. **Bold** is what differs from the text, or
from the other engine where the text is open.

Each case below is the smallest that shows it. All of them have these pods, and a node with the address ${NODE}, unless they
bring their own:

\`\`\`yaml
${manifests(SHOP)}\`\`\``;

const BY_HAND = (): string => `## What Calico's nftables tables cannot hold

Seen in generated clusters with Calico v3.31.0 and nft 1.0.6, and left out of them since. Felix tries again and again,
enforces no later change of any policy, and then ends itself; while it makes its tables anew, every packet passes. Its rules
for iptables hold it, as \`data-planes.dataplane.ts\` shows with packets.

| in a Calico policy | what happens | in the profile |
| --- | --- | --- |
${NFTABLES_LIMITS.map(({ policy, happens, profile }) => `| ${policy} | ${happens} | ${standOf(profile)} |`).join('\n')}

The check [calico-icmp-code](checks/calico-icmp-code.md) finds the first. With \`--cni calico-nftables\` whatever policies
deny is undecided while such a rule is enforced anywhere, and the findings \`nftables-overlaps\` and \`nftables-old-nft\` warn of
the others. The last two are faults of nft: \`nft.dataplane.ts\` shows them, and of the second that the kernel refuses members that
overlap. Whether Felix comes to add such members hangs on the order of changes: generated clusters showed it, and no test makes it
happen. Calico's image takes its nft from the packages of
AlmaLinux 8 (\`node/Dockerfile.amd64\` of v3.31.0), which has not been tried.`;

const PROFILES_OF_ALL = (): string => `## What the profiles carry

Values of the evaluator's profile of each plugin (\`--cni\`), and the cases above that each is from. Each case says where
it is, or why no profile says it; a test fails where one does neither.

| in the profile | ${Object.keys(CNI_PROFILES).join(' | ')} | cases |
| --- | ${Object.keys(CNI_PROFILES)
  .map(() => '---')
  .join(' | ')} | --- |
${profileFields().map(fieldRow).join('\n')}`;

/** All but the name, in the order of the profile. */
export function profileFields(): readonly ProfileField[] {
  return Object.keys(CNI_PROFILES.kubernetes).filter((field): field is ProfileField => field !== 'name');
}

function fieldRow(field: ProfileField): string {
  const values = Object.values(CNI_PROFILES).map((profile) => word(profile[field]));
  const cases = CASES.filter(({ profile }) => profile.includes(field)).map(({ id }) => `[${id}](#${id})`);
  const limits = NFTABLES_LIMITS.filter(({ profile }) => profile.includes(field)).map(
    ({ policy }) => `${policy} (nftables)`,
  );
  return `| \`${field}\` | ${values.join(' | ')} | ${[...cases, ...limits].join(', ')} |`;
}

function word(value: string | boolean): string {
  return typeof value === 'string' ? value : value ? 'yes' : 'no';
}

function standOf(profile: ProfileStand): string {
  return typeof profile === 'string' ? `no: ${profile}` : profile.map((field) => `\`${field}\``).join(', ');
}

function section(theme: Theme, all: Readonly<Record<string, Observed>>): string {
  const cases = CASES.filter((one) => one.theme === theme);
  return [
    `## ${theme}`,
    [
      '| packet | text | Calico | kube-network-policies | evaluator |',
      '| --- | --- | --- | --- | --- |',
      ...cases.map((one) => row(one, observedOf(one, all))),
    ].join('\n'),
    ...cases.map(details),
  ].join('\n\n');
}

function observedOf({ id }: DifferenceCase, all: Readonly<Record<string, Observed>>): Observed {
  const observed = all[id];
  if (observed === undefined) throw new Error(`${id} has not been seen: run with DATAPLANE_RECORD=1`);
  return observed;
}

function row(asked: DifferenceCase, { calico, nfqueue }: Observed): string {
  const cell = (own: Observation, other: Observation): string => {
    const expected = asked.text === 'open' ? other : asked.text;
    const same = own === expected || (asked.text !== 'open' && verdictOf(own) === expected);
    return same ? own : `**${own}**`;
  };
  const cells = [asked.text, cell(calico, nfqueue), cell(nfqueue, calico), evaluated(asked, 'kubernetes')];
  return `| [${asked.title}](#${asked.id}) | ${cells.join(' | ')} |`;
}

function details(asked: DifferenceCase): string {
  const { from, to, protocol, port } = asked.probe;
  const own = [...asked.objects.filter((one) => !SHOP.includes(one)), ...(asked.beside ?? [])];
  const what = PROTOCOL_NAMES[protocol] ?? String(protocol);
  const where = protocol === 6 || protocol === 17 ? `${to} port ${String(port)}` : to;
  return [
    `<a id="${asked.id}"></a>`,
    `**${asked.title}.** ${asked.source}. The packet: ${what} from ${from} to ${where}. ${asked.follows}`,
    typeof asked.profile === 'string'
      ? `In no profile: ${asked.profile}.`
      : `In the profile: ${standOf(asked.profile)}.`,
    ...(asked.notModelled === undefined
      ? []
      : [
          `Not modelled: ${asked.notModelled}.${asked.finding === undefined ? '' : ` The finding \`${asked.finding}\` says so.`}`,
        ]),
    ...(own.length === 0 ? [] : [`\`\`\`yaml\n${manifests(own)}\`\`\``]),
  ].join('\n\n');
}

/** Metadata and the like on a line each: what a policy says is what is to be read. */
function manifests(objects: readonly unknown[]): string {
  return objects.map((object) => stringify(object, { lineWidth: 0 })).join('---\n');
}

/** Whether the engine has no such kind; then nobody can say the same. */
export function isUnknown(observation: Observation): boolean {
  return observation === UNKNOWN_KIND;
}
