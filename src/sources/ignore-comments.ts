import { Lexer } from 'yaml';
import type { IgnoreComment } from '../checks/ignore';
import type { Place } from '../model/place';

const COMMENT = /^#+[ \t]*intents-ignore(-file)?(?![-\w])[ \t:]*(.*?)[ \t\r]*$/;

/** What the lexer says before a scalar whose text may begin with anything. */
const SCALAR_FOLLOWS = '\u001f';
const MARKS: readonly string[] = [SCALAR_FOLLOWS, '\u0002', '\u0018'];

/**
 * The comments `# intents-ignore rule: reason` and `# intents-ignore-file rule: reason` of a YAML text, in their order.
 * The first one is for its line, or, alone on its line, for the next line that is more than a comment. What stands inside
 * a text (a script in a ConfigMap) is no comment.
 */
export function findIgnoreComments(text: string, file: string): IgnoreComment[] {
  const lines = text.split('\n');
  return comments(text).flatMap(({ comment, line }): IgnoreComment[] => {
    const [, whole, words] = COMMENT.exec(comment) ?? [];
    if (words === undefined) return [];
    const place: Place = { file, line, at: () => place };
    if (whole !== undefined) return [{ words, place, scope: { type: 'file', file } }];
    const target = isAlone(lines[line - 1]) ? nextContent(lines, line) : line;
    return [{ words, place, scope: { type: 'line', file, line: target } }];
  });
}

function comments(text: string): { readonly comment: string; readonly line: number }[] {
  const found: { comment: string; line: number }[] = [];
  let [line, isScalar] = [1, false];
  for (const token of new Lexer().lex(text)) {
    if (token.startsWith('#') && !isScalar) found.push({ comment: token, line });
    isScalar = token === SCALAR_FOLLOWS;
    if (!MARKS.includes(token)) line += token.split('\n').length - 1;
  }
  return found;
}

function isAlone(line = ''): boolean {
  return line.trimStart().startsWith('#');
}

/** Lines count from 1, so what follows a line is at its own index; its own where nothing follows. */
function nextContent(lines: readonly string[], line: number): number {
  const index = lines.findIndex(
    (text, at) => at >= line && text.trim() !== '' && !isAlone(text) && !/^---\s*(?:#.*)?$/.test(text),
  );
  return index < 0 ? line : index + 1;
}
