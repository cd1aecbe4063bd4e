import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKS } from '../../src/checks';
import { checkYaml } from './check-fixture';

const PAGES = join(__dirname, '../../docs/checks');

/** The YAML block under a heading of a page. */
function block(page: string, heading: 'Bad' | 'Good'): string {
  const [, section] = page.split(`\n## ${heading}\n`);
  const [, yaml] = /```yaml\n([\s\S]*?)```/.exec(section?.split('\n## ')[0] ?? '') ?? [];
  if (yaml === undefined) throw new Error(`the page has no YAML block under "## ${heading}"`);
  return yaml;
}

/** The ids of errors and warnings of all checks. */
function faults(yaml: string): string[] {
  const found = checkYaml(yaml).filter(({ severity }) => severity !== 'info');
  return [...new Set(found.map(({ id }) => id))];
}

/** What cannot go wrong alone: the other checks that find the bad example at fault. */
const BESIDE: ReadonlyMap<string, readonly string[]> = new Map([
  ['port-on-service-not-target', ['service-port-not-open']],
  ['server-not-isolated', ['policy-selects-nothing']],
]);

describe('the page of every check', () => {
  const ids = CHECKS.map(({ id }) => id);

  it('is there, and no page is left over', () => {
    expect(readdirSync(PAGES).sort()).toEqual(ids.map((id) => `${id}.md`).sort());
    expect(ids).toEqual([...new Set(ids)].sort());
  });

  it.each(CHECKS.map((check) => [check.id, check] as const))(
    '%s shows what it finds and what mends it',
    (id, check) => {
      const page = readFileSync(join(PAGES, `${id}.md`), 'utf8');
      expect(page.startsWith(`# ${id}\n\n**${check.severity}** · `)).toBe(true);
      // Markdown marks words as code; otherwise the page and the check say the same.
      expect(page.split('\n')[2]?.replaceAll('`', '')).toBe(`**${check.severity}** · ${check.summary}`);
      const [bad, good] = [block(page, 'Bad'), block(page, 'Good')];
      expect([...new Set(checkYaml(bad, [check]).map((finding) => finding.id))]).toEqual([id]);
      expect(checkYaml(good, [check])).toEqual([]);
      // Notes tell what an example leaves out on purpose; faults of another kind would confuse.
      expect(faults(bad).filter((other) => other !== id)).toEqual(BESIDE.get(id) ?? []);
      expect(faults(good)).toEqual([]);
    },
  );
});
