/** How text is marked for a terminal. Each function returns the text with its marks, or as it is. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
}

const same = (text: string): string => text;

/** No marks: for files, pipes and `NO_COLOR`. */
export const PLAIN: Style = { bold: same, dim: same, good: same, bad: same, warn: same };

const marked =
  (start: number, end: number) =>
  (text: string): string =>
    text === '' ? text : `\u001b[${start}m${text}\u001b[${end}m`;

/** Marks of ANSI terminals. */
export const COLOURED: Style = {
  bold: marked(1, 22),
  dim: marked(2, 22),
  good: marked(32, 39),
  bad: marked(31, 39),
  warn: marked(33, 39),
};
