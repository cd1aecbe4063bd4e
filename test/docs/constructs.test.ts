import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as intents from 'cdk8s-intents';
import { examplesOf, runConstructPage } from './construct-page';
import { OPTION_NAMES } from '../../src/constructs/check-options';

const DOCS = join(__dirname, '../../docs');
const PAGES = join(DOCS, 'constructs');
const pages = readdirSync(PAGES).map((name) => ({ name, text: readFileSync(join(PAGES, name), 'utf8') }));

/** What no app makes itself, and the page that names it: what others return, and what is not for an app at all. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  DefaultDenyEverywhere: 'constructs/default-deny.md',
  SelectorBuilder: 'constructs/calico-policies.md',
  SelectorLabel: 'constructs/calico-policies.md',
  IntentsValidation: 'gates.md',
  defineConfig: 'configuration.md',
  IGNORE_ANNOTATION: 'configuration.md',
};

describe('pages of constructs', () => {
  it.each(pages.map(({ name }) => [name]))('%s shows what its examples write and say', (name) => {
    const path = join(PAGES, name);
    const page = readFileSync(path, 'utf8');
    const { page: now, examples } = runConstructPage(page);
    expect(examples).toBeGreaterThan(0);
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(path, now);
    else expect(now).toBe(page);
  });

  const code = pages.flatMap(({ text }) => examplesOf(text)).join('\n');

  it.each(Object.keys(intents).map((name) => [name]))('show %s', (name) => {
    const elsewhere = ELSEWHERE[name];
    const shown = elsewhere === undefined ? code : readFileSync(join(DOCS, elsewhere), 'utf8');
    expect(new RegExp(`\\b${name}\\b`).test(shown)).toBe(true);
  });

  const attached = [...code.matchAll(/^IntentsCompiler\.attach\(app, ([^]*?)\);$/gm)].map(
    ([, options = '']) => options,
  );

  it.each(OPTION_NAMES.map((name) => [name]))('show the option %s', (name) => {
    expect(attached.length).toBeGreaterThan(0);
    expect(attached.some((options) => new RegExp(`\\b${name}:`).test(options))).toBe(true);
  });

  it('are named in the README', () => {
    const readme = readFileSync(join(DOCS, '../README.md'), 'utf8');
    for (const { name } of pages)
      expect({ name, linked: readme.includes(`docs/constructs/${name}`) }).toEqual({ name, linked: true });
  });
});
