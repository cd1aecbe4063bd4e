/**
 * How long does a map of 2,000 workloads and 10,000 connections take: to make, to open, and to look at a workload?
 *
 *   npm run build && npm run bench -- bench/map.ts [--runs 7] [--workloads 2000]
 *
 * The page is made by the built command, a whole process; then a fresh window of Chromium (`CHROMIUM`, else
 * /usr/bin/chromium) opens it each time. First draw: from the start of the navigation until the page has loaded, its script has run, and
 * Chromium has painted the map.
 * Focus: from a click on a workload until the picture with its lines, and the panel, have been painted. Budgets: first
 * draw within 2 s, a focus click within 200 ms.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launch } from '../test/browser/chromium';
import { mapWorld } from './map-world';
import { median, option } from './measure';

/** Two frames after the page has loaded and its script has run. Texts, as what translates this file would put calls into functions that the page does not have. */
const FIRST_DRAW = `new Promise((resolve) => {
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())));
})`;

/** The second frame begins when the first has been painted. */
const CLICK = `(selector) => new Promise((resolve) => {
  const start = performance.now();
  document.querySelector(selector).dispatchEvent(new MouseEvent('click', { bubbles: true }));
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - start)));
})`;

/** By the clock, and processor time of the page's main thread, in milliseconds. */
interface Cost {
  readonly clock: number;
  readonly cpu: number;
}

type Seen = Readonly<
  Record<'first draw' | 'look at a workload' | 'look at a namespace' | 'look at all again', Cost>
>;

const runs = Number(option('runs', '7'));
const workloads = Number(option('workloads', '2000'));
const folder = mkdtempSync(join(tmpdir(), 'intents-map-'));

function makePage(): { readonly file: string; readonly made: number; readonly bytes: number } {
  const input = join(folder, 'world.yaml');
  writeFileSync(input, mapWorld({ workloads, namespaces: workloads / 20, callers: 5 }));
  const start = performance.now();
  const { stdout, status } = spawnSync(
    process.execPath,
    [join(__dirname, '../lib/cli/main.js'), 'map', input],
    {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    },
  );
  if (status !== 0) throw new Error(`intents map ended with ${status ?? 'a signal'}`);
  const made = performance.now() - start;
  const file = join(folder, 'map.html');
  writeFileSync(file, stdout);
  return { file, made, bytes: Buffer.byteLength(stdout) };
}

async function look(browser: Browser, file: string, run: number): Promise<Seen> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const cpuSoFar = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN) * 1000;
  };
  const costOf = async (expression: string): Promise<Cost> => {
    const before = await cpuSoFar();
    const clock = Number(await page.evaluate(expression));
    return { clock, cpu: (await cpuSoFar()) - before };
  };
  const click = (selector: string): Promise<Cost> => costOf(`(${CLICK})(${JSON.stringify(selector)})`);
  await page.goto(`file://${file}`);
  const draw = { clock: Number(await page.evaluate(FIRST_DRAW)), cpu: await cpuSoFar() };
  const seen = {
    'first draw': draw,
    'look at a workload': await click(`#node-${(run * 137) % workloads}`),
    'look at a namespace': await click(`[data-group="${run % 20}"]`),
    'look at all again': await click('#stage'),
  };
  await page.close();
  return seen;
}

async function main(): Promise<void> {
  const { file, made, bytes } = makePage();
  const browser = await launch();
  const seen: Seen[] = [];
  for (let run = 0; run < runs; run++) seen.push(await look(browser, file, run));
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
  console.log(`made in ${Math.round(made)} ms, start and reading included; ${Math.round(bytes / 1024)} KiB`);
  const steps = ['first draw', 'look at a workload', 'look at a namespace', 'look at all again'] as const;
  const middle = (step: keyof Seen, of: keyof Cost): number =>
    Math.round(median(seen.map((one) => one[step][of])));
  console.table(
    Object.fromEntries(
      steps.map((step) => [step, { 'clock ms': middle(step, 'clock'), 'processor ms': middle(step, 'cpu') }]),
    ),
  );
}

void main();
