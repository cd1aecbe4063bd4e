import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cliOn } from '../../cli/cli-run';
import { INTENTS_VERSIONS } from '../../../src/intents/read-intents';

/** What a terminal shows of a command on a file of this folder, and the exit code. */
async function shown(folder: string, file: string, ...words: string[]): Promise<string> {
  const input = readFileSync(join(__dirname, folder, file), 'utf8');
  const { out, err, code } = await cliOn(input, ...words, '-');
  return [`$ intents ${words.join(' ')} - < ${file}`, out, err, `exit ${code}`]
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

/** Compares with the reviewed file, which UPDATE_SCENARIOS=1 writes anew. */
function expectGolden(folder: string, file: string, text: string): void {
  const golden = join(__dirname, folder, file);
  if (process.env['UPDATE_SCENARIOS'] === '1') writeFileSync(golden, text);
  expect(text).toBe(readFileSync(golden, 'utf8'));
}

describe('intents convert, from each version to each other', () => {
  it.each(INTENTS_VERSIONS)('converts %s, and refuses what would be lost', async (from) => {
    const parts: string[] = [];
    for (const to of INTENTS_VERSIONS.filter((version) => version !== from))
      parts.push(await shown('convert', `${from}.yaml`, 'convert', '--to', to));
    expectGolden('convert', `${from}.txt`, parts.join('\n'));
  });
});

describe('intents compile', () => {
  it('merges what two objects say of one client, and tells both places', async () => {
    const text = await shown('compile-merged', 'input.yaml', 'compile', '--policies-only');
    expectGolden('compile-merged', 'output.txt', text);
  });
});

const SYSTEMS = readdirSync(__dirname)
  .filter((name) => name.startsWith('adopt-'))
  .map((folder) => ({ folder, system: folder.replace('adopt-', '') }));

describe('intents adopt', () => {
  it('has a scenario for each system', () => {
    const systems = SYSTEMS.map(({ system }) => system).sort();
    expect(systems).toEqual(['nais', 'networkpolicies', 'otterize', 'skiperator', 'uds']);
  });

  it.each(SYSTEMS)('adopts $system: objects, then what they do not say', async ({ folder }) => {
    const text = await shown(folder, 'input.yaml', 'adopt');
    expect(text).toContain('who can talk to whom stays the same');
    expectGolden(folder, 'output.txt', text);
  });
});
