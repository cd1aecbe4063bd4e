/**
 * Bundles the script and the styles of the map's page into src/reports/map/page-bundle.ts, which is committed: the core
 * reads no files, and the package needs no other build step. `npm run page` after every change here; a test compares.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { buildSync, transformSync } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const read = (name) => readFileSync(join(here, name), 'utf8');
const style = (name) => transformSync(read(name), { loader: 'css', minify: true }).code.trim();
const [script] = buildSync({
  entryPoints: [join(here, 'main.ts')],
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  charset: 'ascii',
  write: false,
  tsconfigRaw: '{}',
}).outputFiles;
// Whatever a text in the script is, it must not end the element that the script stands in.
const code = script.text.trim().replaceAll('</', '<\\/').replaceAll('<!--', '<\\!--');
// With a type written out: the declarations would hold all the text once more.
const text = [
  '// Made by src/map-page/bundle.mjs ("npm run page"); do not edit.',
  ...Object.entries({
    MAP_STYLE: style('map.css'),
    PAGE_STYLE: style('page.css'),
    PAGE_BODY: read('body.html'),
    PAGE_SCRIPT: code,
  }).map(([name, value]) => `export const ${name}: string = ${JSON.stringify(value)};`),
  '',
].join('\n');
if (process.argv.includes('--print')) process.stdout.write(text);
else writeFileSync(join(here, '../reports/map/page-bundle.ts'), text);
