import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { declaredCommands } from './declared-commands';
import { packageVersion } from './load-command';
import { commandManPage, programManPage } from './man-page';

/** Writes the pages of the manual into a folder; `npm run build` does. @returns their names */
export function writeManPages(folder: string): readonly string[] {
  const commands = declaredCommands();
  const version = packageVersion();
  const pages = [
    ['intents.1', programManPage(commands, version)] as const,
    ...commands.map((command) => [`intents-${command.name}.1`, commandManPage(command, version)] as const),
  ];
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of pages) writeFileSync(join(folder, name), text);
  return pages.map(([name]) => name);
}

if (require.main === module) writeManPages(join(__dirname, '..', 'man'));
