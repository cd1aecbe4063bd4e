import { Argument } from 'commander';
import type { CommandModule } from './command-module';
import { bashCompletion, fishCompletion, zshCompletion } from './completion-scripts';
import { declaredCommands, type DeclaredCommand } from './declared-commands';

const SCRIPTS: Readonly<Record<string, (commands: readonly DeclaredCommand[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

const EXAMPLES = `
Examples:
  $ source <(intents completion bash)                    for this shell; in ~/.bashrc for all
  $ source <(intents completion zsh)
  $ intents completion fish | source`;

/** `intents completion`: completion of commands, options and their values for a shell. */
export const command: CommandModule = {
  declare(command, terminal, finish) {
    command
      .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(SCRIPTS)))
      .addHelpText('after', EXAMPLES)
      .action(async (shell: string) => {
        await terminal.out(SCRIPTS[shell]?.(declaredCommands()) ?? '');
        finish(0);
      });
  },
};
