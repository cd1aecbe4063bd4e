import { existsSync } from 'node:fs';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** Where Debian puts it; `CHROMIUM` names another. */
export const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export const hasChromium = existsSync(CHROMIUM);

/** `describe`, or a skipped one that says what is missing. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (!hasChromium) console.warn(`${CHROMIUM} is missing: "${name}" is skipped (apt-get install chromium)`);
  (hasChromium ? describe : describe.skip)(name, tests);
}

/** A browser that asks nobody for anything by itself. */
export async function launch(): Promise<Browser> {
  const { chromium } = await import('playwright-core');
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A page, and all that it complained about or asked for beyond its own file. */
export interface Opened {
  readonly page: Page;
  readonly trouble: string[];
}

/** Opens a file. */
export async function open(
  browser: Browser,
  file: string,
  options: BrowserContextOptions = {},
): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const trouble: string[] = [];
  page.on('console', (message) => void trouble.push(`console ${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => void trouble.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (request.url() !== `file://${file}` && !request.url().startsWith(`file://${file}#`))
      trouble.push(`request: ${request.url()}`);
  });
  await page.goto(`file://${file}`);
  return { page, trouble };
}
