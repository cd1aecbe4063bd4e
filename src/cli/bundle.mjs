/**
 * Writes lib/cli/together.js: the built files of the commands that people run most, in one file and without blanks
 * (see together.ts). The last step of `npm run build`. The files stay where they are, for the library and for all else.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';

const LIB = join(dirname(fileURLToPath(import.meta.url)), '../../lib');
const { TOGETHER } = createRequire(import.meta.url)('../../lib/cli/load-command.js');

/** Code by name: path below lib/, without ending. */
const modules = new Map();

/** Names what a file requires by its place below lib/, so that nothing is left to look for. */
function add(name) {
  if (modules.has(name)) return;
  modules.set(name, '');
  const text = readFileSync(join(LIB, `${name}.js`), 'utf8').replace(
    /\brequire\("(\.[^"]+)"\)/g,
    (_, path) => `require("./${posix.join(posix.dirname(name), path)}")`,
  );
  modules.set(name, minified(text));
  for (const [, required] of text.matchAll(/\brequire\("\.\/([^"]+)"\)/g)) add(required);
}

function minified(text) {
  return transformSync(text, { minify: true, format: 'cjs', target: 'node20', charset: 'ascii' }).code.trim();
}

/** What a command needs: its name, and those of all files that are loaded with it. */
function neededBy(name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  for (const [, required] of (modules.get(name) ?? '').matchAll(/\brequire\("\.\/([^"]+)"\)/g))
    neededBy(required, found);
  return found;
}

const commands = TOGETHER.map((command) => `cli/${command}`);
commands.forEach(add);
const needed = commands.map((command) => neededBy(command));
// A function in brackets is compiled along with the file: for those that are going to run whatever the command is.
const functions = [...modules].map(([name, code]) => {
  const text = `function(exports,require,module,__filename){${code}\n}`;
  return `${JSON.stringify(name)}:${needed.every((names) => names.has(name)) ? `(${text})` : text}`;
});
writeFileSync(join(LIB, 'cli/together.js'), `exports.modules={${functions.join(',\n')}};\n`);
