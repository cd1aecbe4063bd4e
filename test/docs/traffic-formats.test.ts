import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileContent } from '../../src/traffic/file-content';
import type { FlowItem } from '../../src/traffic/flow-record';
import { FORMAT_NAMES } from '../../src/traffic/formats/flow-format';

const page = readFileSync(join(__dirname, '../../docs/traffic-formats.md'), 'utf8');

describe('docs/traffic-formats.md', () => {
  it('names every format, and no other', () => {
    const named = [...page.matchAll(/^\| `([a-z]+)` +\| /gm)].map(([, name]) => name);
    for (const name of FORMAT_NAMES) expect(named).toContain(name);
    const [, table = ''] = page.split('| `--format`');
    const rows = [...(table.split('\n\n')[0] ?? '').matchAll(/^\| `([a-z]+)`/gm)].map(([, name]) => name);
    expect(rows).toEqual([...FORMAT_NAMES, 'auto']);
  });

  it('shows our own format as it is read', () => {
    const [, csv = ''] = /^```csv\n([^]*?)^```$/m.exec(page) ?? [];
    const items: FlowItem[] = [];
    const content = new FileContent(
      'page',
      'auto',
      (item) => items.push(item),
      () => undefined,
    );
    content.push(Buffer.from(csv));
    content.end();
    expect(items.map(({ kind }) => kind)).toEqual(['skipped', 'flow', 'flow', 'flow']);
  });
});
