import type { DeclaredCommand, DeclaredOption, DeclaredValue } from './declared-commands';

/** Names that the program is called by in a shell. */
const PROGRAMS = ['intents', 'kubectl-intents'];

const words = (list: readonly string[]): string => list.join(' ');
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const flagsOf = ({ short, long }: DeclaredOption): string[] => (short === undefined ? [long] : [short, long]);

/** Completion for bash 3.2 and later. */
export function bashCompletion(commands: readonly DeclaredCommand[]): string {
  const names = words(commands.map(({ name }) => name));
  return `# bash completion for intents: source <(intents completion bash)
_intents() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}"
  local IFS=$'\\n'
  # bash splits --output=json at the equals sign.
  if [[ $cur == '=' ]]; then cur=''; elif [[ $prev == '=' ]]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then _intents_words '${names} help --help --version'; return; fi
  case "$command $prev" in
    'help help') _intents_words '${names}'; return ;;
${commands.flatMap(bashValues).join('')}  esac
  case "$command $cur" in
${commands.map(({ name, options }) => `    '${name} -'*) _intents_words '${words(options.map(({ long }) => long))}'; return ;;\n`).join('')}  esac
  case "$command" in
${commands.flatMap((command) => (command.arguments === undefined ? [] : [`    ${command.name}) ${bashValue(command.arguments)} ;;\n`])).join('')}  esac
}
_intents_words() { local IFS=$' \\t\\n'; COMPREPLY=($(compgen -W "$1" -- "$cur")); }
_intents_files() { COMPREPLY=($(compgen -f -- "$cur")); }
complete -o filenames -F _intents ${words(PROGRAMS)}
`;
}

function bashValues({ name, options }: DeclaredCommand): string[] {
  return options.flatMap((option) => {
    if (option.value === undefined) return [];
    const patterns = flagsOf(option).map((flag) => `'${name} ${flag}'`);
    return [`    ${patterns.join(' | ')}) ${bashValue(option.value)}; return ;;\n`];
  });
}

function bashValue(value: DeclaredValue): string {
  if (value.type === 'choice') return `_intents_words '${words(value.choices)}'`;
  return value.type === 'file' ? '_intents_files' : ':';
}

/** Completion for zsh. */
export function zshCompletion(commands: readonly DeclaredCommand[]): string {
  const described = commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}\n`).join('');
  const cases = commands.map((command) => {
    const specs = [...command.options.flatMap(zshOption), ...zshArguments(command)];
    return `    ${command.name}) _arguments -s ${specs.map((spec) => `\\\n      ${spec}`).join(' ')} ;;\n`;
  });
  return `#compdef ${words(PROGRAMS)}
# zsh completion for intents: source <(intents completion zsh), or a file _intents on the fpath
_intents() {
  local -a commands=(
${described}    'help:display help for command'
  )
  if (( CURRENT == 2 )); then _describe -t commands command commands; return; fi
  local command=$words[2]
  if [[ $command == help ]]; then _describe -t commands command commands; return; fi
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('')}  esac
}
if [[ $funcstack[1] == _intents ]]; then _intents "$@"; else compdef _intents ${words(PROGRAMS)}; fi
`;
}

/** One specification for each spelling; an option may be given again, as many are. */
function zshOption(option: DeclaredOption): string[] {
  const escaped = (text: string): string => text.replace(/[[\]:\\]/g, '\\$&');
  const value = option.value === undefined ? '' : `:value:${zshValue(option.value)}`;
  return flagsOf(option).map((flag) => {
    const joins = flag.startsWith('--') && value !== '' ? '=' : '';
    return quoted(`*${flag}${joins}[${escaped(option.description)}]${value}`);
  });
}

function zshArguments(command: DeclaredCommand): string[] {
  return command.arguments === undefined ? [] : [quoted(`*:argument:${zshValue(command.arguments)}`)];
}

function zshValue(value: DeclaredValue): string {
  if (value.type === 'choice') return `(${words(value.choices)})`;
  return value.type === 'file' ? '_files' : ' ';
}

/** Completion for fish. */
export function fishCompletion(commands: readonly DeclaredCommand[]): string {
  const lines = PROGRAMS.flatMap((program) => [
    `complete -c ${program} -f`,
    ...commands.map(
      ({ name, summary }) =>
        `complete -c ${program} -n __fish_use_subcommand -a ${name} -d ${fishQuoted(summary)}`,
    ),
    ...commands.flatMap(({ name, options, arguments: argument }) => {
      const inCommand = `complete -c ${program} -n '__fish_seen_subcommand_from ${name}'`;
      return [
        ...options.map((option) => `${inCommand} ${fishOption(option)}`),
        ...(argument === undefined ? [] : [`${inCommand} ${fishValue(argument)}`]),
      ];
    }),
  ]);
  return `# fish completion for intents: intents completion fish | source\n${lines.join('\n')}\n`;
}

function fishOption({ short, long, description, value }: DeclaredOption): string {
  return [
    ...(short === undefined ? [] : [`-s ${short.slice(1)}`]),
    `-l ${long.slice(2)}`,
    `-d ${fishQuoted(description)}`,
    ...(value === undefined ? [] : [`-r ${fishValue(value)}`]),
  ].join(' ');
}

function fishValue(value: DeclaredValue): string {
  if (value.type === 'choice') return `-f -a ${fishQuoted(words(value.choices))}`;
  return value.type === 'file' ? '-F' : '-f';
}

function fishQuoted(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
