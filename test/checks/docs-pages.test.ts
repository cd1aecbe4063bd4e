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
      expect([...new Set(checkYaml(block(page, 'Bad')).map((finding) => finding.id))]).toEqual([id]);
      expect(checkYaml(block(page, 'Good'))).toEqual([]);
    },
  );
});
