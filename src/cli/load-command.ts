import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { CommandModule } from './command-module';
import type * as moduleStore from './module-store';
import type * as together from './together';

/** Loads a file only when it is needed: `import()` would add the start of the module loader to every run. */
const load: (path: string) => unknown = createRequire(__filename);

/** Commands that people run most: bundle.mjs puts the code of their files together. */
export const TOGETHER: readonly string[] = ['connectivity', 'test', 'explain'];

/**
 * The module of a command.
 * @throws TypeError when the file does not export a command: a mistake in this program
 */
export function loadCommand(name: string): CommandModule {
  const module = loadTogether(name) ?? load(`./${name}`);
  const command =
    typeof module === 'object' && module !== null && 'command' in module ? module.command : undefined;
  if (!isCommandModule(command)) throw new TypeError(`./${name} exports no command`);
  return command;
}

/** The module of a command whose code stands together; undefined for others, and where that is not built. */
function loadTogether(name: string): unknown {
  if (!TOGETHER.includes(name)) return undefined;
  const { modules } = load('./together') as typeof together;
  if (!Object.hasOwn(modules, `cli/${name}`)) return undefined;
  const { ModuleStore } = load('./module-store') as typeof moduleStore;
  return new ModuleStore(dirname(__dirname), modules).load(`cli/${name}`);
}

/** The version of this package, read only when asked for. */
export function packageVersion(): string {
  const manifest = load('../../package.json');
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : undefined;
  return typeof version === 'string' ? version : 'unknown';
}

function isCommandModule(value: unknown): value is CommandModule {
  return (
    typeof value === 'object' && value !== null && 'declare' in value && typeof value.declare === 'function'
  );
}
