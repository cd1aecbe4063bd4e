import type { Argument, Command, Option } from 'commander';
import { createProgram } from './program';
import type { Terminal } from './terminal';

/** What a word of a command line may be. */
export type DeclaredValue =
  | { readonly type: 'choice'; readonly choices: readonly string[] }
  | { readonly type: 'file' }
  /** Anything else: nothing can be offered. */
  | { readonly type: 'text' };

/** An option as it is declared. */
export interface DeclaredOption {
  /** `-o`; absent when there is only the long one. */
  readonly short?: string | undefined;
  /** `--output`. */
  readonly long: string;
  readonly description: string;
  /** Absent for an option that takes no value. */
  readonly value?: DeclaredValue | undefined;
}

/** A command as it is declared. */
export interface DeclaredCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly DeclaredOption[];
  /** What its arguments are; absent for a command that takes none. */
  readonly arguments?: DeclaredValue | undefined;
}

/** Nothing is written and nothing is read while commands are only declared. */
const SILENT: Terminal = {
  out: () => Promise.resolve(),
  err: () => undefined,
  stdin: () => '',
  screen: false,
  colours: false,
  live: false,
  columns: 80,
  now: () => 0,
};

/** Every command with its options, from the declarations that also parse words and print the help. */
export function declaredCommands(): readonly DeclaredCommand[] {
  const links = { finish: () => undefined, pending: [] };
  const program = createProgram({ name: 'intents', isNamed: () => true, terminal: SILENT, links });
  return program.commands.map(declaredCommand);
}

function declaredCommand(command: Command): DeclaredCommand {
  const [first] = command.registeredArguments;
  const help = { short: '-h', long: '--help', description: 'display help for command' };
  return {
    name: command.name(),
    summary: command.summary(),
    options: [...command.options.filter(({ hidden }) => !hidden).map(declaredOption), help],
    ...(first === undefined ? {} : { arguments: valueOf(first.name(), first) }),
  };
}

function declaredOption(option: Option): DeclaredOption {
  const { short, long = '', description } = option;
  const [, name = ''] = /[<[](.*?)(?:\.\.\.)?[>\]]/.exec(option.flags) ?? [];
  return {
    long,
    description,
    ...(short === undefined ? {} : { short }),
    ...(name === '' ? {} : { value: valueOf(name, option) }),
  };
}

/** Whether it is a file shows in the name of the value: `<file>`, `<path...>`. */
function valueOf(name: string, { argChoices }: Option | Argument): DeclaredValue {
  if (argChoices !== undefined) return { type: 'choice', choices: argChoices };
  return /^(?:file|folder|path|manifests|before|after|assertions)$/.test(name)
    ? { type: 'file' }
    : { type: 'text' };
}
