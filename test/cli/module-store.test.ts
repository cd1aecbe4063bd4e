import { join } from 'node:path';
import { COMMANDS } from '../../src/cli/command-module';
import { TOGETHER } from '../../src/cli/load-command';
import { ModuleStore, type ModuleCode } from '../../src/cli/module-store';

const ROOT = join(__dirname, 'nowhere');

/** A store in which each module notes that it runs. */
function store(modules: Readonly<Record<string, ModuleCode>>): { modules: ModuleStore; ran: string[] } {
  const ran: string[] = [];
  const noting = Object.entries(modules).map(([name, code]): [string, ModuleCode] => [
    name,
    (...all) => {
      ran.push(name);
      code(...all);
    },
  ]);
  return { modules: new ModuleStore(ROOT, Object.fromEntries(noting)), ran };
}

describe('modules whose code is at hand', () => {
  it('run once, when they are first required, and are one for all', () => {
    const { modules, ran } = store({
      'a/one': (_exports, require, module) => {
        module.exports = { two: require('./b/two') };
      },
      'b/two': (_exports, _require, module) => {
        module.exports = { name: 'two' };
      },
      'b/three': () => undefined,
    });
    const one = modules.load('a/one');
    expect(one).toEqual({ two: { name: 'two' } });
    expect(modules.load('a/one')).toBe(one);
    expect(one).toHaveProperty('two', modules.load('b/two'));
    expect(ran).toEqual(['a/one', 'b/two']);
  });

  it('may require each other in a circle, as files may', () => {
    const { modules } = store({
      a: (exports, require) => Object.assign(exports as object, { b: require('./b'), name: 'a' }),
      b: (exports, require) => Object.assign(exports as object, { a: require('./a') }),
    });
    expect(modules.load('a')).toMatchObject({ name: 'a', b: { a: { name: 'a' } } });
  });

  it('are told the file that they stand for', () => {
    const seen: unknown[] = [];
    const { modules } = store({
      'a/one': (_exports, _require, module, filename) => {
        seen.push(module.filename, filename);
      },
    });
    modules.load('a/one');
    expect(seen).toEqual([join(ROOT, 'a/one.js'), join(ROOT, 'a/one.js')]);
  });

  it('get packages from where they are installed', () => {
    const { modules } = store({
      a: (_exports, require, module) => {
        module.exports = require('node:path');
      },
    });
    expect(modules.load('a')).toBe(jest.requireActual('node:path'));
  });

  it('leave to Node what is not among them, and names of every object are not', () => {
    const { modules } = store({});
    expect(() => modules.load('missing')).toThrow(/missing/);
    expect(() => modules.load('constructor')).toThrow(/constructor/);
  });

  it('are those of commands that there are', () => {
    const names = COMMANDS.map(({ name }) => name);
    expect(TOGETHER.filter((name) => !names.includes(name))).toEqual([]);
  });
});
