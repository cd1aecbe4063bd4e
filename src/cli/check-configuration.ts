import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { NO_SETTINGS, type CheckSettings, type RuleSeverity } from '../checks/configuration';
import { findConfiguration, readConfigurationFile, repositoryOf } from '../sources/configuration-file';
import { UsageError } from '../sources/usage-error';
import { readConfiguration } from './read-configuration';

/** Options about what rules count. */
export interface ConfigurationFlags {
  /** Path of a configuration, or false for none. Default: the one that is found. */
  readonly config?: string | boolean;
  /** Severities by rule that go before those of the configuration. */
  readonly rule?: ReadonlyMap<string, RuleSeverity>;
}

/** A configuration, and how its patterns call files. */
export interface CheckConfiguration {
  readonly settings: CheckSettings;
  readonly pathOf: (file: string) => string;
}

/**
 * The configuration that holds for a run.
 *
 * @throws UsageError when it cannot be read or used
 */
export async function checkConfiguration({ config, rule }: ConfigurationFlags): Promise<CheckConfiguration> {
  const here = process.cwd();
  const path = typeof config === 'string' ? config : config === false ? undefined : findConfiguration(here);
  const written = path === undefined ? undefined : await readConfigurationFile(path);
  const settings = written === undefined ? NO_SETTINGS : readConfiguration(written);
  return {
    settings: { ...settings, severities: new Map([...settings.severities, ...(rule ?? [])]) },
    pathOf: pathsFrom(written?.folder ?? here),
  };
}

/** Paths from a folder, with forward slashes; of a commit as if it were checked out. */
function pathsFrom(folder: string): (file: string) => string {
  const known = new Map<string, string>();
  return (file) => {
    const before = known.get(file);
    if (before !== undefined) return before;
    const path = relative(folder, onDisk(file)).replaceAll('\\', '/');
    known.set(file, path);
    return path;
  };
}

function onDisk(file: string): string {
  const colon = file.indexOf(':');
  if (colon < 0 || existsSync(file)) return resolve(file);
  const path = file.slice(colon + 1);
  const here = process.cwd();
  return /^\.\.?\//.test(path) ? resolve(path) : join(repositoryOf(here) ?? here, path);
}

/** @throws UsageError when both say something of one run */
export function refuseTogether(given: Readonly<Record<string, boolean>>): void {
  const names = Object.entries(given).flatMap(([name, isGiven]) => (isGiven ? [name] : []));
  if (names.length > 1) throw new UsageError(`${names.join(' and ')} do not go together.`);
}
