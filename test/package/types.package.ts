import { join } from 'node:path';
import { run } from './run';
import { APPS, appFolder } from './workspace';

const RESOLUTIONS = [
  { resolution: 'node10', folder: 'cjs', flags: ['--module', 'commonjs', '--moduleResolution', 'node10'] },
  { resolution: 'node16, require', folder: 'cjs', flags: ['--module', 'node16'] },
  { resolution: 'node16, import', folder: 'esm', flags: ['--module', 'node16'] },
  { resolution: 'bundler', folder: 'cjs', flags: ['--module', 'esnext', '--moduleResolution', 'bundler'] },
];

/** What is optional does not depend on how the package is found: the oldest and the newest way are enough. */
const STRICTER = RESOLUTIONS.filter(({ resolution }) => ['node10', 'node16, import'].includes(resolution));

/** cdk8s-plus itself does not hold under exactOptionalPropertyTypes; its own declarations are not ours to judge. */
const IN_CDK8S_PLUS = /^\.\.\/node_modules\/cdk8s-plus-\d+\//;

interface Checked {
  /** Errors, each with the lines that explain it. */
  readonly errors: readonly string[];
  /** Files of the package that the types were taken from. */
  readonly files: readonly string[];
}

async function typeCheck(folder: string, flags: readonly string[]): Promise<Checked> {
  const compiler = join('..', 'node_modules', 'typescript', 'bin', 'tsc');
  const always = ['--noEmit', '--skipLibCheck', 'false', '--listFiles', '--pretty', 'false'];
  const { stdout, stderr } = await run(folder, ['node', compiler, ...always, ...flags]);
  const lines = `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
  return {
    errors: lines.filter((line) => !line.startsWith('/') || line.includes(': error ')),
    files: lines.flatMap((line) => /^\/.*\/node_modules\/(cdk8s-intents\/.*)$/.exec(line)?.[1] ?? []),
  };
}

/** Errors without those that begin in the declarations of cdk8s-plus. */
function notOfCdk8sPlus(errors: readonly string[]): string[] {
  let within = false;
  return errors.filter((line) => {
    if (!line.startsWith(' ')) within = IN_CDK8S_PLUS.test(line);
    return !within;
  });
}

describe.each(APPS)('the types in the app with $name peers', (app) => {
  it.each(RESOLUTIONS)(
    'hold with skipLibCheck: false, resolved as $resolution',
    async ({ folder, flags }) => {
      const { errors, files } = await typeCheck(join(appFolder(app), folder), flags);
      expect(errors).toEqual([]);
      expect(files).toContain('cdk8s-intents/lib/index.d.ts');
      expect(files.filter((file) => !/^cdk8s-intents\/lib\/.*\.d\.ts$/.test(file))).toEqual([]);
    },
  );

  it.each(STRICTER)(
    'hold with exactOptionalPropertyTypes, resolved as $resolution',
    async ({ folder, flags }) => {
      const stricter = [...flags, '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'];
      const { errors, files } = await typeCheck(join(appFolder(app), folder), stricter);
      expect(notOfCdk8sPlus(errors)).toEqual([]);
      expect(files).toContain('cdk8s-intents/lib/index.d.ts');
    },
  );
});
