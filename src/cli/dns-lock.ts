import { InvalidArgumentError } from 'commander';
import type { CommandModule } from './command-module';
import { systemLookUp, type LookUp } from './look-up';
import { addLiveOptions, namesCluster, PATHS_WORDS, withCluster, type LiveFlags } from './live-options';
import { collect } from './model-options';
import { exitCodeOf, printFindingsAside } from './outcome';
import { Progress } from './progress';
import { readSources } from './read-model';
import { todayOf, type Terminal } from './terminal';
import { updateLock, type LockChange } from './update-lock';
import { readIntents } from '../intents/read-intents';
import { lockName, MAX_AGE_DAYS, type DnsLock } from '../intents/dns-lock';
import type { Finding } from '../model/finding';
import { tryDnsLockFile, writeDnsLockFile } from '../sources/dns-lock-file';
import { UsageError } from '../sources/usage-error';

interface Flags extends LiveFlags {
  readonly lock: string;
  readonly domain?: readonly string[];
  readonly maxAge?: number;
  readonly check?: boolean;
}

const HELP = `
Names are those of the internet targets in the manifests, and those given by --domain. With neither, the names that
the lock file has are looked up again. A cdk8s app declares its names in code: give them by --domain, once; a synth
with the option dnsLock says which are missing.

Examples:
  $ intents dns-lock manifests/
  $ intents dns-lock --domain api.stripe.com --lock dns-lock.yaml
  $ intents dns-lock --check`;

/** `intents dns-lock`: looks domain names up and keeps their addresses in a file to commit. */
export const command: CommandModule = {
  declare(command, terminal, finish) {
    addLiveOptions(command)
      .argument('[paths...]', PATHS_WORDS)
      .option('--lock <file>', 'the lock file; YAML, or JSON where its name ends so', 'dns-lock.yaml')
      .option('--domain <name>', 'a further name; repeatable', collect)
      .option(
        '--max-age <days>',
        `days for which an answer is taken to hold (default: ${MAX_AGE_DAYS})`,
        days,
      )
      .option('--check', 'write nothing; exit with 1 when names are missing, old, or lead elsewhere now')
      .addHelpText('after', HELP)
      .action(async (paths: string[], flags: Flags) => {
        finish(await dnsLock(paths, flags, terminal));
      });
  },
};

async function dnsLock(paths: readonly string[], flags: Flags, terminal: Terminal): Promise<number> {
  const { lock: path, maxAge, check = false } = flags;
  const before = tryDnsLockFile(path);
  const isCluster = namesCluster(paths, flags);
  const sources = paths.length === 0 && !isCluster ? [] : withCluster(paths, flags);
  const declared = await declaredNames(sources, flags, terminal);
  const given = (flags.domain ?? []).map(lockName);
  // Names of manifests are the whole list; a name on the command line is one more.
  const kept = sources.length === 0 ? namesIn(before) : [];
  const all = [...new Set([...declared.names, ...given, ...kept])].sort();
  if (all.length === 0) {
    throw new UsageError('no domain names: give manifests with internet targets, or names by --domain');
  }
  const update = await updateLock({ before, names: all, maxAgeDays: maxAge, check, ...worldOf(terminal) });
  for (const change of update.changes) await terminal.out(`${printChange(change)}\n`);
  const findings = [...declared.findings, ...update.findings];
  printFindingsAside(findings, terminal);
  if (!check) writeDnsLockFile(path, update.lock);
  const outdated = check && (update.changes.length > 0 || update.stale);
  return exitCodeOf(findings, { failed: outdated });
}

function worldOf(terminal: Terminal): { readonly lookUp: LookUp; readonly today: string } {
  return { lookUp: terminal.lookUp ?? systemLookUp(), today: todayOf(terminal) };
}

function namesIn(lock: DnsLock | undefined): readonly string[] {
  return lock === undefined ? [] : [...lock.names.keys()];
}

async function declaredNames(
  paths: readonly string[],
  flags: LiveFlags,
  terminal: Terminal,
): Promise<{ readonly names: readonly string[]; readonly findings: readonly Finding[] }> {
  if (paths.length === 0) return { names: [], findings: [] };
  const { resources, findings } = await readSources(
    paths,
    { ...flags, keepGoing: true },
    terminal,
    new Progress(terminal),
  );
  const read = readIntents(resources);
  const targets = read.intents.flatMap((intents) => intents.targets);
  const domains = targets.flatMap((target) => (target.type === 'internet' ? target.domains : []));
  const errors = [...findings, ...read.findings].filter(
    ({ severity, id }) => severity === 'error' || id === 'live-kind-unread',
  );
  return { names: domains.map(lockName), findings: errors };
}

function printChange({ name, added, removed }: LockChange): string {
  const parts = [...removed.map((address) => `-${address}`), ...added.map((address) => `+${address}`)];
  return `${name}: ${parts.join(' ')}`;
}

function days(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('Write a number of days from 1 to 9999.');
  return Number(text);
}
