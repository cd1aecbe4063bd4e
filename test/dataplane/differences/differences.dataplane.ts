import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataplaneEngine, withPackets } from '../engine';
import { CASES } from './cases';
import { observe } from './observe';
import { formatted, PAGE, page } from './page';
import { readObserved, type Observed } from './observed';

const ENGINES = ['calico', 'nfqueue'] as const;

withPackets('what docs/cni-differences.md says of', () => {
  const seen = new Map<string, Partial<Record<(typeof ENGINES)[number], string>>>();

  describe.each(ENGINES)('%s', (name) => {
    let engine: DataplaneEngine;
    beforeAll(async () => {
      engine = await DataplaneEngine.connect(name);
    });
    afterAll(() => engine.leave());

    it.each(CASES.map((asked) => [asked.id, asked] as const))('%s is what packets do', async (id, asked) => {
      const observation = await observe(engine, asked);
      seen.set(id, { ...seen.get(id), [name]: observation });
      if (!recording()) expect(observation).toBe(readObserved()[id]?.[name]);
    });
  });

  afterAll(() => {
    if (!recording()) return;
    const all: Record<string, Observed> = {};
    for (const [id, { calico = '', nfqueue = '' }] of seen) all[id] = { calico, nfqueue };
    const file = join(__dirname, 'observed.json');
    writeFileSync(file, formatted(JSON.stringify(all), file));
    writeFileSync(PAGE, page(all));
  });
});

/** `DATAPLANE_RECORD=1` writes what is seen, and the page, in place of comparing. */
function recording(): boolean {
  return process.env['DATAPLANE_RECORD'] !== undefined;
}
