import { sortFindings, type Finding } from '../../model/finding';
import { printPlace } from '../../model/place';
import { escapeXml } from '../xml';

/** Findings as JUnit XML, a test suite for each file: notes pass, everything else fails. */
export function findingsJunit(findings: readonly Finding[]): string {
  const files = new Map<string, Finding[]>();
  for (const finding of sortFindings(findings)) {
    const file = finding.place.file ?? '';
    const list = files.get(file);
    if (list === undefined) files.set(file, [finding]);
    else list.push(finding);
  }
  const suites = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([file, list]) => suite(file, list));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="intents check" tests="${findings.length}" failures="${failures(findings)}">\n${suites.join('')}</testsuites>\n`;
}

function suite(file: string, findings: readonly Finding[]): string {
  const cases = findings.map((finding) => testCase(finding, file)).join('');
  return `  <testsuite name="${escapeXml(file)}" tests="${findings.length}" failures="${failures(findings)}">\n${cases}  </testsuite>\n`;
}

function testCase({ id, severity, message, object, place, mend }: Finding, file: string): string {
  const { line } = place;
  const start = `    <testcase name="${escapeXml([id, object ?? printPlace(place)].join(' '))}" classname="${escapeXml(file)}" file="${escapeXml(file)}"${line === undefined ? '' : ` line="${line}"`}`;
  if (severity === 'info') return `${start}/>\n`;
  return `${start}>\n      <failure type="${severity}" message="${escapeXml(message)}">${escapeXml(mend)}</failure>\n    </testcase>\n`;
}

function failures(findings: readonly Finding[]): number {
  return findings.filter(({ severity }) => severity !== 'info').length;
}
