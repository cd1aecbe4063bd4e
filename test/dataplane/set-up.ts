import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bridge, ENGINES, hasSources, programOf } from './bridge';
import { keepForTearDown } from './running';
import { missingForPackets } from './requirements';

/** Builds the engines and makes them reachable for every test file; see `DataplaneEngine.connect`. */
export default function setUp(): void {
  const missing = missingForPackets();
  if (missing.length > 0) {
    const words = `NO PACKETS WERE SENT, AND NO VERDICT WAS HELD AGAINST ANY: ${missing.join('; ')}.`;
    if (process.env['DATAPLANE_REQUIRED'] !== undefined) throw new Error(words);
    process.stderr.write(`SKIPPED: ${words}\n`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'dataplane-'));
  for (const name of ENGINES.filter(hasSources)) {
    programOf(name);
    keepForTearDown(new Bridge(name, join(folder, name)));
  }
  process.env['DATAPLANE_SOCKETS'] = folder;
}
