import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cli, folderOf } from './cli-run';
import { parseChecked } from './json-schema';

const DATA = join(__dirname, '../../../shared/data');
const present = existsSync(DATA);
if (!present) console.warn('Skipped: the manifests of real applications are not beside this checkout.');

(present ? describe : describe.skip)('manifests of real applications', () => {
  const folders = ['online-boutique', 'kube-prometheus', 'argo-cd', 'ingress-nginx'].map((name) => [name]);

  it.each(folders)('%s: the JSON keeps to its schema, and every pair is listed once', async (name) => {
    const { out, code } = await cli(['connectivity', join(DATA, name), '-o', 'json', '--exposure']);
    const { connections, peers } = parseChecked('connectivity', out);
    expect(code).toBe(0);
    const ids = new Set(peers.map(({ id }: { id: string }) => id));
    const keys = connections.map(({ from, to }: { from: string; to: string }) => {
      expect(ids.has(from) && ids.has(to) && from !== to).toBe(true);
      return `${from} > ${to}`;
    });
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each(folders)('%s: what --generate writes holds', async (name) => {
    const flows = (await cli(['test', '--generate', '--manifests', join(DATA, name)])).out;
    const folder = folderOf({ 'flows.yaml': flows });
    const words = ['test', join(folder, 'flows.yaml'), '--manifests', join(DATA, name), '-o', 'json'];
    const { out, code } = await cli(words);
    const { results } = parseChecked('test', out);
    expect(results.filter(({ pass }: { pass: boolean }) => !pass)).toEqual([]);
    expect(results.length).toBeGreaterThan(0);
    expect(code).toBe(0);
  });
});
