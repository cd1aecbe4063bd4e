import { spawnSync } from 'node:child_process';
import { withPackets } from './engine';

/** What the shell says of an nft that ended itself (SIGABRT). */
const ABORTED = 134;
/** The one whose faults are known; of others it is only told what they do. */
const FAULTY = 'v1.0.6';

/** Rules as Felix v3.31 writes them (felix/nftables/match_builder.go), in a network namespace of their own. */
function statusOf(script: string): number | null {
  return spawnSync('unshare', ['-n', 'sh', '-c', script], { encoding: 'utf8' }).status;
}

function replacing(old: string, rule: string): string {
  return `printf 'table ip t {\\n chain c {\\n ${old}\\n }\\n}\\n' | nft -f - || exit 1
handle=$(nft -a list chain ip t c | sed -n 's/.*accept # handle //p')
echo "replace rule ip t c handle $handle ${rule}" | nft -f -`;
}

function listing(protocol: number): string {
  return `printf 'table ip t {\\n set s {\\n type ipv4_addr . inet_proto . inet_service;\\n }\\n chain c {\\n meta l4proto ${String(protocol)} ip daddr . meta l4proto . th dport @s accept\\n }\\n}\\n' | nft -f - || exit 1
nft list ruleset`;
}

/** A set of nets as Felix v3.31 makes it (felix/nftables/ipsets.go: the flag `interval`), and a change of its members. */
function changing(members: string, change: string): string {
  return `printf 'table ip t {\\n set s {\\n type ipv4_addr;\\n flags interval;\\n elements = { ${members} }\\n }\\n}\\n' | nft -f - || exit 9
printf '${change}\\n' | nft -f -`;
}

withPackets('a set of nets in the kernel (src/policies/calico/nftables-limits.ts)', () => {
  it.each([
    ['inside another', 'add element ip t s { 203.0.113.200 }', 1],
    ['around another', 'add element ip t s { 203.0.112.0/23 }', 1],
    ['beside another', 'add element ip t s { 203.0.114.0/24 }', 0],
    [
      'inside one that goes at once',
      'delete element ip t s { 203.0.113.0/24 }\\nadd element ip t s { 203.0.113.0/25 }',
      0,
    ],
  ])('refuses a member that overlaps: %s', (_, change, status) => {
    expect(statusOf(changing('203.0.113.0/24', change))).toBe(status);
  });
});

withPackets('nft 1.0.6 (src/policies/calico/nft-faults.ts)', () => {
  const version = spawnSync('nft', ['--version'], { encoding: 'utf8' }).stdout;

  it.each([
    ['tcp dport 80 accept', 'tcp dport { 80, 100-110 } accept', true],
    ['tcp dport { 80, 81 } accept', 'tcp dport { 80-81, 443 } accept', true],
    ['tcp dport 80 accept', 'tcp dport { 100-110 } accept', false],
    ['tcp dport 80 accept', 'tcp dport { 80, 443 } accept', false],
    ['tcp dport { 80, 100-110 } accept', 'tcp dport 80 accept', false],
  ])('replaces %s by %s, or ends itself: %s', (old, rule, ends) => {
    expectOf(statusOf(replacing(old, rule)), ends);
  });

  it.each([
    [47, true],
    [253, true],
    [1, false],
    [6, false],
    [17, false],
    [50, false],
    [132, false],
  ])('lists a rule on a Service beside protocol %s, or ends itself: %s', (protocol, ends) => {
    expectOf(statusOf(listing(protocol)), ends);
  });

  function expectOf(status: number | null, ends: boolean): void {
    if (version.includes(FAULTY)) expect(status).toBe(ends ? ABORTED : 0);
    else
      process.stderr.write(
        `${version.trim()}: ${String(status)} where ${FAULTY} has ${ends ? 'ended' : '0'}\n`,
      );
  }
});
