import type { DeclaredCommand, DeclaredValue } from './declared-commands';

/** What may stand next on a command line. */
export interface Candidates {
  readonly words: readonly string[];
  /** Whether files may stand there too. */
  readonly files: boolean;
}

/** What may stand in the place of the last word, which may be begun. @param words those behind the name of the program */
export function candidates(words: readonly string[], commands: readonly DeclaredCommand[]): Candidates {
  const current = words.at(-1) ?? '';
  const begun = ({ words: all, files }: Candidates): Candidates => ({
    words: all.filter((word) => word.startsWith(current)),
    files,
  });
  const isHelp = words[0] === 'help';
  if (words.length <= 1 || (isHelp && words.length === 2))
    return begun({
      words: [...commands.map(({ name }) => name), ...(isHelp ? [] : ['help', '--help', '--version'])],
      files: false,
    });
  const command = commands.find(({ name }) => name === words[0]);
  if (command === undefined) return { words: [], files: false };
  const before = words.at(-2) ?? '';
  const option = command.options.find(({ short, long }) => before === short || before === long);
  if (option?.value !== undefined) return begun(valueCandidates(option.value));
  if (current.startsWith('-')) return begun({ words: command.options.map(({ long }) => long), files: false });
  return begun(command.arguments === undefined ? NOTHING : valueCandidates(command.arguments));
}

const NOTHING: Candidates = { words: [], files: false };

function valueCandidates(value: DeclaredValue): Candidates {
  return { words: value.type === 'choice' ? value.choices : [], files: value.type === 'file' };
}
