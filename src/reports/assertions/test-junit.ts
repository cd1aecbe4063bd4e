import { escapeXml } from '../xml';
import { failureLines, passes, type FlowResult, type TestOutcome } from './flow-result';

/** Results as JUnit XML, which CI systems read: a test suite for each assertions file. */
export function* testJunit({ results }: TestOutcome): Generator<string> {
  const failed = results.filter((result) => !passes(result)).length;
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield `<testsuites name="intents test" tests="${results.length}" failures="${failed}">\n`;
  for (const [file, cases] of byFile(results)) {
    const failures = cases.filter((result) => !passes(result)).length;
    yield `  <testsuite name="${escapeXml(file)}" tests="${cases.length}" failures="${failures}">\n`;
    for (const result of cases) yield testCase(result, file);
    yield '  </testsuite>\n';
  }
  yield '</testsuites>\n';
}

function byFile(results: readonly FlowResult[]): Map<string, FlowResult[]> {
  const files = new Map<string, FlowResult[]>();
  for (const result of results) {
    const file = result.place.file ?? '';
    const cases = files.get(file) ?? [];
    cases.push(result);
    files.set(file, cases);
  }
  return files;
}

function testCase(result: FlowResult, file: string): string {
  const { line } = result.place;
  const start = `    <testcase name="${escapeXml(`${result.title} ${result.expect}`)}" classname="${escapeXml(file)}" file="${escapeXml(file)}"${line === undefined ? '' : ` line="${line}"`}`;
  if (passes(result)) return `${start}/>\n`;
  const [message = '', ...details] = failureLines(result);
  return `${start}>\n      <failure message="${escapeXml(message)}">${escapeXml(details.join('\n'))}</failure>\n    </testcase>\n`;
}
