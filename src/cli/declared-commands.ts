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
  /** `-o, --output <form>`. */
  readonly flags: string;
  /** `-o`; absent when there is only the long one. */
  readonly short?: string | undefined;
  /** `--output`. */
  readonly long: string;
  readonly description: string;
  /** The same with choices and default, as the help has it. */
  readonly details: string;
  /** Absent for an option that takes no value. */
  readonly value?: DeclaredValue | undefined;
}

/** A command as it is declared. */
export interface DeclaredCommand {
  readonly name: string;
  readonly summary: string;
  /** What stands behind the name: `[options] <before> <after>`. */
  readonly usage: string;
  /** What the help has below the options: explanations, examples. */
  readonly after: string;
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
  let written = '';
  const out = (text: string): Promise<void> => {
    written += text;
    return Promise.resolve();
  };
  const links = { finish: () => undefined, pending: [] };
  const terminal = { ...SILENT, out };
  const program = createProgram({ name: 'intents', isNamed: () => true, terminal, links });
  return program.commands.map((command) => {
    written = '';
    command.outputHelp();
    return declaredCommand(command, written.slice(command.helpInformation().length));
  });
}

function declaredCommand(command: Command, after: string): DeclaredCommand {
  const [first] = command.registeredArguments;
  const help = command.createHelp();
  return {
    name: command.name(),
    summary: command.summary(),
    usage: command.usage(),
    after: after.trim(),
    options: help
      .visibleOptions(command)
      .map((option) => declaredOption(option, help.optionDescription(option))),
    ...(first === undefined ? {} : { arguments: valueOf(first.name(), first) }),
  };
}

function declaredOption(option: Option, details: string): DeclaredOption {
  const { flags, short, long = '', description } = option;
  const [, name = ''] = /[<[](.*?)(?:\.\.\.)?[>\]]/.exec(option.flags) ?? [];
  return {
    flags,
    long,
    description,
    details,
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
