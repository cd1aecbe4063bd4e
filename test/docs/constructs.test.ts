import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runConstructPage } from './construct-page';

const PAGES = join(__dirname, '../../docs/constructs');

describe('pages of constructs', () => {
  it.each(readdirSync(PAGES).map((name) => [name]))('%s shows what its examples write and say', (name) => {
    const path = join(PAGES, name);
    const page = readFileSync(path, 'utf8');
    const { page: now, examples } = runConstructPage(page);
    expect(examples).toBeGreaterThan(0);
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(path, now);
    else expect(now).toBe(page);
  });
});
