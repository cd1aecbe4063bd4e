import { rmSync } from 'node:fs';
import { running } from './running';

/** Ends every engine. */
export default async function tearDown(): Promise<void> {
  for (const bridge of running()) await bridge.stop();
  const folder = process.env['DATAPLANE_SOCKETS'];
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
