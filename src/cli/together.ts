import type { ModuleCode } from './module-store';

/**
 * The code of the commands that people run most, by the names of its files: finding, reading and compiling 200 files one
 * by one takes as long as all the rest of a short run. Empty here, and in what the compiler makes of this file: the last
 * step of `npm run build` (bundle.mjs) writes it anew, so that a build without that step runs the files that it made.
 */
export const modules: Readonly<Record<string, ModuleCode>> = {};
