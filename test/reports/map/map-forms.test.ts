import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadLayers } from '../../../src/reports/map/layers';
import type { MapData } from '../../../src/reports/map/map-data';
import { mapDot } from '../../../src/reports/map/map-dot';
import { mapHtml } from '../../../src/reports/map/map-html';
import { layoutMap } from '../../../src/reports/map/map-layout';
import { mapMermaid } from '../../../src/reports/map/map-mermaid';
import { mapSvg } from '../../../src/reports/map/map-svg';
import { deployment, mapOfText, policy } from './map-world';

const ROOT = join(__dirname, '../../..');
const EVIL = '"</script><!--\u2028<img src=x onerror=alert(1)>\\';
const base = mapOfText(
  deployment('a') + deployment('b') + policy('b', 'b', 'ingress: [{ from: [{ podSelector: {} }] }]'),
);

/** A map in which every text is hostile. */
const evil: MapData = {
  ...base,
  title: EVIL,
  groups: base.groups.map((group) => ({ ...group, name: EVIL })),
  nodes: base.nodes.map((node) => ({ ...node, id: EVIL, name: EVIL, kind: EVIL })),
  whys: base.whys.map((why) => ({ ...why, policy: EVIL, place: EVIL })),
};

describe('the page', () => {
  it('has nothing from manifests as markup, and may run and ask for nothing but its own script', async () => {
    const html = mapHtml(evil, layoutMap(evil, await loadLayers()));
    expect(html).not.toContain('<img');
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html.match(/<\/script/g)).toHaveLength(2);
    const scripts = [...html.matchAll(/<script>([^]*?)<\/script>/g)].map(([, code = '']) => code);
    const hash = createHash('sha256')
      .update(scripts[0] ?? '')
      .digest('base64');
    expect(html).toContain(`default-src 'none'; script-src 'sha256-${hash}'; style-src 'sha256-`);
    expect(html).not.toMatch(/(?:src|href)="(?!#)/);
    const carried = /<script type="application\/json" id="data">([^]*?)<\/script>/.exec(html)?.[1] ?? '';
    expect(JSON.parse(carried).data).toEqual(JSON.parse(JSON.stringify(evil)));
  });

  it('carries the script and the styles that src/map-page has now ("npm run page")', () => {
    const made = execFileSync(process.execPath, ['src/map-page/bundle.mjs', '--print'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(readFileSync(join(ROOT, 'src/reports/map/page-bundle.ts'), 'utf8') === made).toBe(true);
  });
});

describe('other forms', () => {
  it('of SVG is well formed, whatever the names', async () => {
    const svg = mapSvg(evil, layoutMap(evil, await loadLayers()));
    expect(svg).not.toContain('<img');
    expect(svg).toContain('prefers-color-scheme');
    const tags = [...svg.matchAll(/<(\/?)([a-zA-Z]+)[^<>]*?(\/?)>/g)];
    const depth = tags.reduce(
      (sum, [, close, , self]) => sum + (close === '/' ? -1 : self === '/' ? 0 : 1),
      0,
    );
    expect(depth).toBe(0);
  });

  it('of DOT quotes every text', () => {
    const dot = [...mapDot(evil)].join('');
    for (const line of dot.split('\n').filter((one) => one.includes('label='))) {
      const quotes = line.replaceAll('\\\\', '').replaceAll('\\"', '').split('"').length - 1;
      expect(quotes % 2).toBe(0);
    }
  });

  it('of Mermaid has no mark-up, and no quote within quotes', () => {
    const mermaid = [...mapMermaid(evil)].join('');
    expect(mermaid).not.toContain('<');
    for (const line of mermaid.split('\n')) expect(line.split('"').length % 2).toBe(1);
  });

  it('tell states apart by shape', () => {
    const data = mapOfText(deployment('a') + deployment('b') + policy('b', 'b', 'policyTypes: [Ingress]'));
    const mermaid = [...mapMermaid(data)].join('');
    expect(mermaid).toContain('n0("a (Deployment)"):::open');
    expect(mermaid).toContain('n1[["b (Deployment)"]]:::cut');
    expect([...mapDot(data)].join('')).toContain('shape=box3d');
  });
});
