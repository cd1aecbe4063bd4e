import { createRequire } from 'node:module';
import type { CommandModule } from './command-module';

/** Loads a file only when it is needed: `import()` would add the start of the module loader to every run. */
const load: (path: string) => unknown = createRequire(__filename);

/**
 * The module of a command.
 * @throws TypeError when the file does not export a command: a mistake in this program
 */
export function loadCommand(name: string): CommandModule {
  const module = load(`./${name}`);
  const command =
    typeof module === 'object' && module !== null && 'command' in module ? module.command : undefined;
  if (!isCommandModule(command)) throw new TypeError(`./${name} exports no command`);
  return command;
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
