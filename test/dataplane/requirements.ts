import { spawnSync } from 'node:child_process';
import { hasGo } from '../go-program';

/** Programs that engines call, with the Debian package of each. */
const TOOLS = [
  ['ip', 'iproute2'],
  ['nft', 'nftables'],
  ['iptables', 'iptables'],
  ['ipset', 'ipset'],
  ['conntrack', 'conntrack'],
] as const;

/** Why packets cannot be sent here, one reason a line for people; empty when they can. */
export function missingForPackets(): readonly string[] {
  if (process.platform !== 'linux') return ['not Linux'];
  if (process.getuid?.() !== 0) return ['not root'];
  const tools = TOOLS.filter(([program]) => !isThere(program));
  return [
    ...(hasGo() ? [] : ['no Go toolchain']),
    ...tools.map(([program, debian]) => `no program ${program} (package ${debian})`),
    ...(tools.length === 0 ? missingInKernel() : []),
  ];
}

function isThere(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

/** Tried in a namespace of its own, so that nothing of the machine's is looked at. */
function missingInKernel(): string[] {
  const tried = spawnSync(
    'unshare',
    ['-n', '-m', 'sh', '-c', 'ip link add type veth && nft add table ip x'],
    {
      encoding: 'utf8',
    },
  );
  return tried.status === 0 ? [] : [`no network namespaces: ${tried.error?.message ?? tried.stderr.trim()}`];
}
