import { InvalidInputError } from '../compiler/invalid-input-error';
import type { Finding } from '../model/finding';
import { NOWHERE } from '../model/place';
import { compileResources, type CompiledResources } from '../proof/compile-resources';
import { readDnsLockFile } from '../sources/dns-lock-file';
import { UsageError } from '../sources/usage-error';
import { compilerOptions, type CompilerFlags } from './compile-options';
import { reachabilityOptions } from './model-options';
import { inOptionWords, textInOptionWords } from './option-words';
import type { Sources } from './read-model';
import { todayOf, type Terminal } from './terminal';

/** How the command line asks for sources to be compiled. */
export interface CompileSourcesFlags extends CompilerFlags {
  readonly policiesOnly?: boolean;
}

/**
 * Compiles the intents of objects that were read, as the options of the command line say. The findings are those of
 * reading too.
 * @throws UsageError when an option says what the compiler refuses, or the lock file cannot be read
 */
export function compileSources(
  sources: Pick<Sources, 'resources' | 'findings'>,
  flags: CompileSourcesFlags,
  terminal: Terminal,
): CompiledResources {
  const { assumeDefaultDeny, exempt = [], namespace } = flags;
  const options = compilerOptions(flags, todayOf(terminal));
  const compiled = asUsage(() =>
    compileResources(sources.resources, {
      options,
      dnsLock: options.dnsLock === undefined ? undefined : readDnsLockFile(options.dnsLock),
      reachabilityOptions: reachabilityOptions(flags),
      dialect: flags.dialect,
      assumedDeny: assumeDefaultDeny === true ? { exempt } : undefined,
      defaultNamespace: namespace,
      policiesOnly: flags.policiesOnly,
    }),
  );
  const findings = [
    ...(exempt.length > 0 && assumeDefaultDeny !== true ? [EXEMPT_WITHOUT_DENY] : []),
    ...sources.findings,
    ...compiled.findings,
  ].map(inOptionWords);
  return { ...compiled, findings };
}

const EXEMPT_WITHOUT_DENY: Finding = {
  id: 'exempt-without-deny',
  severity: 'warning',
  message: '--exempt says what --assume-default-deny leaves out, and has no effect without it',
  place: NOWHERE,
  mend: 'Give both, or neither.',
};

/** What the compiler refuses is an option of the command. */
function asUsage<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof InvalidInputError) throw new UsageError(textInOptionWords(error.message));
    throw error;
  }
}
