/** Reads trees of manifests as `intents diff` does, and nothing else: node .bench/diff-read.js FOLDER... */
import { optimiseLater } from '../src/cli/short-run';
import { readManifestFiles } from '../src/sources/files';

optimiseLater();
const objects = process.argv.slice(2).map((folder) => readManifestFiles([folder]).resources.length);
console.log(objects.join(' '));
