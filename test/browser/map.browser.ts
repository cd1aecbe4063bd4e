import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { mapWorld } from '../../bench/map-world';
import { cli, folderOf } from '../cli/cli-run';
import { SHOP } from '../cli/shop';
import { describeInBrowser, launch, open, type Opened } from './chromium';

/** With DOM types for functions that run in the page. */
declare const document: any;
declare const window: any;

let browser: Browser;
let opened: Opened;

async function mapOf(files: Readonly<Record<string, string>>, ...words: string[]): Promise<string> {
  const folder = folderOf(files);
  const home = process.cwd();
  process.chdir(folder);
  const { out } = await cli(['map', ...words]);
  process.chdir(home);
  const path = join(folder, 'map.html');
  writeFileSync(path, out);
  return path;
}

const text = (page: Page, selector: string): Promise<string> =>
  page.$eval(selector, (one: any) => one.innerText);
const node = (name: string): string => `.node:has(.name:text-is("${name}"))`;

/** Where SHOP has a word, from 1. */
const lineOf = (word: string): number => SHOP.slice(0, SHOP.indexOf(word)).split('\n').length;

describeInBrowser('the page of a map', () => {
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
  });
  afterEach(async () => {
    const { page, trouble } = opened;
    await page.context().close();
    expect(trouble).toEqual([]);
  });

  describe('of a small shop', () => {
    let file: string;
    beforeAll(async () => {
      file = await mapOf({ 'shop.yaml': SHOP }, 'shop.yaml');
    });
    beforeEach(async () => {
      opened = await open(browser, file);
    });

    it('draws every workload in the frame of its namespace, and the connection that a policy lets through', async () => {
      const { page } = opened;
      const boxes = await page.$$eval('.node, .group > rect', (all: any[]) =>
        all.map((one) => one.getBoundingClientRect().toJSON()),
      );
      expect(boxes.every(({ width, height }: any) => width > 20 && height > 10)).toBe(true);
      expect(await page.$$eval('#nodes .name', (all: any[]) => all.map((one) => one.textContent))).toEqual([
        'cart',
        'frontend',
        'probe',
        'any address',
      ]);
      const inside = await page.evaluate(() => {
        const box = (one: any) => one.getBoundingClientRect();
        const [frame] = [...document.querySelectorAll('.group')].filter((one: any) =>
          one.textContent.includes('namespace shop'),
        );
        const outer = box(frame);
        return [...document.querySelectorAll('.node')]
          .filter((one: any) => /shop\//.test(one.getAttribute('aria-label')))
          .every(
            (one: any) =>
              box(one).left >= outer.left &&
              box(one).right <= outer.right &&
              box(one).top >= outer.top &&
              box(one).bottom <= outer.bottom,
          );
      });
      expect(inside).toBe(true);
      expect(await page.$$eval('.ports', (all: any[]) => all.map((one) => one.textContent))).toEqual([
        'TCP 7070',
      ]);
    });

    it('tells states apart by shape', async () => {
      const glyphs = (name: string): Promise<string[]> =>
        opened.page.$$eval(`${node(name)} .glyph`, (all: any[]) =>
          all.map((one) => one.getAttribute('href')),
        );
      expect(await glyphs('cart')).toEqual(['#state-isolated', '#state-open']);
      expect(await glyphs('frontend')).toEqual(['#state-cut', '#state-open']);
      expect(await glyphs('probe')).toEqual(['#state-open', '#state-open']);
    });

    it('finds a workload by part of its name, and looks at it on Enter', async () => {
      const { page } = opened;
      await page.keyboard.press('/');
      await page.keyboard.type('car');
      expect(await page.$$eval('#results li', (all: any[]) => all.map((one) => one.textContent))).toEqual([
        'shop/cart[Deployment]',
      ]);
      await page.keyboard.press('Enter');
      expect(await text(page, '#panel h2')).toBe('shop/cart[Deployment]');
      expect(page.url()).toContain(`#${encodeURIComponent('shop/cart[Deployment]')}`);
    });

    it('says that nothing is called like that', async () => {
      await opened.page.fill('#search', 'no such thing');
      expect(await text(opened.page, '#results')).toBe('Nothing is called like that.');
    });

    it('with a focus says who can reach a workload and by which rule at which line, and dims the rest', async () => {
      const { page } = opened;
      await page.click(node('cart'));
      const panel = await text(page, '#panel');
      expect(panel).toContain('Who can reach it (1)\nshop/frontend[Deployment] TCP 7070');
      expect(panel).toContain(
        `by NetworkPolicy/shop/cart, ingress[0] shop.yaml:${lineOf('- from: [{ podSelector')}`,
      );
      const opacity = (name: string): Promise<string> =>
        page.$eval(node(name), (one: any) => window.getComputedStyle(one).fillOpacity);
      expect(Number(await opacity('frontend'))).toBe(1);
      expect(Number(await opacity('cart'))).toBe(1);
      await page.keyboard.press('Escape');
      expect(await page.$('svg.focused')).toBeNull();
      expect(await text(page, '#panel h2')).toBe('3 workloads in 2 namespaces');
    });

    it('explains a line that is clicked, at both ends', async () => {
      const { page } = opened;
      await page.click('.ports');
      const panel = await text(page, '#panel');
      expect(panel).toContain('shop/frontend[Deployment] → shop/cart[Deployment]');
      expect(panel).toContain('Leaving frontend: no policy isolates it');
      expect(panel).toContain('Entering cart: let through by NetworkPolicy/shop/cart, ingress[0] shop.yaml:');
    });

    it('is walked with the keyboard alone', async () => {
      const { page } = opened;
      const headings = new Set<string>();
      for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft', 'ArrowDown', 'ArrowUp']) {
        await page.keyboard.press(key);
        await page.keyboard.press('Enter');
        headings.add(await text(page, '#panel h2'));
      }
      expect(headings.size).toBeGreaterThan(1);
      const before = await page.getAttribute('#map', 'viewBox');
      await page.keyboard.press('+');
      expect(await page.getAttribute('#map', 'viewBox')).not.toBe(before);
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement !== document.body)).toBe(true);
    });

    it('opens at the workload that its address names', async () => {
      const { page } = opened;
      await page.goto(`file://${file}#${encodeURIComponent('tools/probe[Deployment]')}`);
      await page.reload();
      expect(await text(page, '#panel h2')).toBe('tools/probe[Deployment]');
    });
  });

  it('of a change shows what goes and what comes, and both versions', async () => {
    const [open_ = '', ...rest] = SHOP.split('---\n');
    const before = [open_, ...rest.slice(0, 4)].join('---\n');
    const file = await mapOf(
      { 'before.yaml': before, 'after.yaml': SHOP },
      'after.yaml',
      '--before',
      'before.yaml',
    );
    opened = await open(browser, file);
    const { page } = opened;
    expect(await page.getAttribute('#sides button[aria-pressed=true]', 'data-side')).toBe('changes');
    expect(await page.$$eval('.line.removed', (all: any[]) => all.length)).toBeGreaterThan(0);
    await page.click('.line.removed .hit', { force: true });
    expect(await text(page, '#panel')).toMatch(/Before: all[^]*After: /);
    await page.keyboard.press('b');
    expect(await page.$$eval('#nodes .node.open', (all: any[]) => all.length)).toBe(3);
    await page.keyboard.press('a');
    expect(await page.$$eval('#nodes .node.open', (all: any[]) => all.length)).toBe(1);
  });

  it('lets nothing from manifests become markup or code', async () => {
    const evil = '</script><script>window.hacked=1</script><img src=x onerror="window.hacked=1">\u2028';
    const name = '<img src=x onerror=hacked=1>.yaml';
    const hostile = SHOP.replaceAll('frontend', 'a<img src=x onerror=hacked=1>').replaceAll(
      'namespace: tools',
      'namespace: "<b>t</b>"',
    );
    const file = await mapOf({ [name]: hostile }, name, '--title', evil);
    opened = await open(browser, file);
    expect(await opened.page.title()).toContain('</script>');
    expect(await opened.page.evaluate(() => window.hacked)).toBeUndefined();
    await opened.page.click(node('cart'));
    expect(await text(opened.page, '#panel')).toContain(name);
    expect(await opened.page.$('img, b')).toBeNull();
  });

  it('has readable text in light, in dark and on paper', async () => {
    const file = await mapOf({ 'shop.yaml': SHOP }, 'shop.yaml');
    const contrastIn = async (options: object, media?: 'print'): Promise<number> => {
      if (opened !== undefined) await opened.page.context().close();
      opened = await open(browser, file, options);
      if (media !== undefined) await opened.page.emulateMedia({ media });
      return opened.page.evaluate(contrast);
    };
    expect(await contrastIn({ colorScheme: 'light' })).toBeGreaterThan(7);
    expect(await contrastIn({ colorScheme: 'dark' })).toBeGreaterThan(7);
    expect(await contrastIn({ colorScheme: 'dark' }, 'print')).toBeGreaterThan(7);
    const pdf = await opened.page.pdf({ preferCSSPageSize: true });
    expect(pdf.length).toBeGreaterThan(5_000);
  });

  it('of 2,000 workloads and 10,000 connections shows frames first, and a workload when it is asked for', async () => {
    const world = mapWorld({ workloads: 2_000, namespaces: 100, callers: 5 });
    opened = await open(browser, await mapOf({ 'world.yaml': world }, 'world.yaml'));
    const { page } = opened;
    expect(await page.$$eval('.node', (all: any[]) => all.length)).toBe(2_001);
    const lines = await page.$$eval('.line', (all: any[]) => all.length);
    expect(lines).toBeGreaterThan(100);
    expect(lines).toBeLessThan(3_000);
    await page.fill('#search', 'api-501');
    await page.keyboard.press('Enter');
    const panel = await text(page, '#panel');
    expect(panel).toContain('Who can reach it (5)');
    // Outside addresses are among those whom it can reach: no policy has a say in that.
    const reached = Number(/Whom it can reach \((\d+)\)/.exec(panel)?.[1]) - 1;
    expect(reached).toBeGreaterThan(2);
    expect(await page.$$eval('.line:not(.open)', (all: any[]) => all.length)).toBe(5 + reached);
  });
});

/** Of the name of a node on its card, as WCAG reckons. */
function contrast(): number {
  const luminance = (colour: string): number => {
    const [r = 0, g = 0, b = 0] = (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map((value: string) => {
      const part = Number(value) / 255;
      return part <= 0.039_28 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const fill = (selector: string): number =>
    luminance(window.getComputedStyle(document.querySelector(selector)).fill);
  const [text, card] = [fill('.node .name'), fill('.node > rect')];
  return (Math.max(text, card) + 0.05) / (Math.min(text, card) + 0.05);
}
