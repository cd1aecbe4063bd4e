/** Reads a file and parses it with js-yaml, and nothing else: node .bench/reachability-parse.js FILE */
import { readFileSync } from 'node:fs';
import { loadAll } from 'js-yaml';

let documents = 0;
loadAll(readFileSync(process.argv[2] ?? '', 'utf8'), () => {
  documents++;
});
console.log(documents);
