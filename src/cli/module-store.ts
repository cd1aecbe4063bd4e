import { createRequire, Module } from 'node:module';
import { join, sep } from 'node:path';

type Require = (path: string) => unknown;

/** The code of a file, as Node wraps it, which requires other files by their names: `./model/cidr`. */
export type ModuleCode = (exports: unknown, require: Require, module: Module, filename: string) => void;

/**
 * Runs modules whose code is at hand already as if Node had found each in its own file: once, and it is the same one
 * for whoever else requires that file.
 */
export class ModuleStore {
  private readonly running = new Map<string, Module>();
  /** For packages, and for files that are not in the store. */
  private readonly elsewhere: Require;

  /**
   * @param root the folder that names start from, absolute
   * @param modules by name: path below the root, without the ending `.js`
   */
  constructor(
    private readonly root: string,
    private readonly modules: Readonly<Record<string, ModuleCode>>,
  ) {
    this.elsewhere = createRequire(join(root, 'index.js'));
  }

  /** What the module of a name exports. */
  load(name: string): unknown {
    const known = this.running.get(name);
    if (known !== undefined) return known.exports;
    const filename = `${this.root}${sep}${sep === '/' ? name : name.replaceAll('/', sep)}.js`;
    const other = require.cache[filename];
    if (other !== undefined) return other.exports;
    const code = Object.hasOwn(this.modules, name) ? this.modules[name] : undefined;
    return code === undefined ? this.elsewhere(filename) : this.run(code, name, filename);
  }

  private run(code: ModuleCode, name: string, filename: string): unknown {
    const module = new Module(filename);
    module.filename = filename;
    this.running.set(name, module);
    require.cache[filename] = module;
    code(module.exports, this.require, module, filename);
    module.loaded = true;
    return module.exports;
  }

  private readonly require = (path: string): unknown =>
    path.startsWith('./') ? this.load(path.slice(2)) : this.elsewhere(path);
}
