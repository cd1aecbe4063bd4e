/** A file that a page shows, in a fence such as ```` ```yaml shop.yaml ````. */
export interface ShownFile {
  readonly name: string;
  readonly text: string;
}

/** A command and all that it prints, standard output first. */
export interface ShownCommand {
  readonly command: string;
  readonly output: string;
}

/** What a page shows, in its order. */
export type Shown = ({ readonly type: 'file' } & ShownFile) | ({ readonly type: 'command' } & ShownCommand);

const FENCE = /^```(\w+)?(?: (\S+))?\n([^]*?)^```$/gm;

/** Files and commands of a page: fences with a file name, and `console` fences with lines that start with `$ `. */
export function shownIn(page: string): Shown[] {
  return [...page.matchAll(FENCE)].flatMap(([, language, name, text = '']): Shown[] => {
    if (language === 'console') return commandsOf(text);
    return name === undefined ? [] : [{ type: 'file', name, text }];
  });
}

function commandsOf(text: string): Shown[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      return { type: 'command', command: part.slice(0, end), output: part.slice(end + 1) };
    });
}

/** The words of a command line as a shell splits them; quotes hold words together. */
export function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? '',
  );
}
