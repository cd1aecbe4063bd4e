import { failureLines, passes, type TestOutcome } from './flow-result';
import { PLAIN, type Style } from '../style';

/** Results for people: one line each, the reasons below those that fail, a count at the end. */
export function* testText({ results }: TestOutcome, style: Style = PLAIN): Generator<string> {
  for (const result of results) {
    const pass = passes(result);
    const mark = pass ? style.good('pass') : style.bad('FAIL');
    yield `${mark}  ${result.title}  ${result.expect}\n`;
    if (!pass) for (const line of failureLines(result)) yield line === '' ? '\n' : `      ${line}\n`;
  }
  const failed = results.filter((result) => !passes(result)).length;
  const count = `${results.length} flow${results.length === 1 ? '' : 's'}`;
  yield `\n${count}: ${failed === 0 ? style.good('all as expected') : style.bad(`${failed} not as expected`)}\n`;
}
