import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasGo } from '../../go-program';
import { WRITTEN_LOGS, writtenAnew } from './tools';

const RECORDED = join(__dirname, '../recorded/tools');
const there = hasGo();
if (!there) process.stderr.write('skipped: without Go no log can be written anew\n');

/*
 * The readers are held against these recordings in test/traffic/recorded/tools.test.ts. Here it is shown that they are
 * what the code of the tools writes; RECORD_TOOLS=1 writes them anew.
 */
(there ? describe : describe.skip)('recordings of tools', () => {
  it.each(WRITTEN_LOGS)(
    '%s is what the tool writes',
    (log) => {
      const path = join(RECORDED, `${log}.log`);
      // The JSON of protobuf has spaces or not, by the build of the program and on purpose.
      const normal = (text: string): string[] =>
        text.split('\n').map((line) => (line.startsWith('{') ? JSON.stringify(JSON.parse(line)) : line));
      const now = writtenAnew(log);
      if (process.env['RECORD_TOOLS'] === '1') writeFileSync(path, normal(now).join('\n'));
      expect(normal(now)).toEqual(normal(readFileSync(path, 'utf8')));
    },
    300_000,
  );
});
