import { runInNewContext } from 'node:vm';
import * as cdk8s from 'cdk8s';
import { stringify } from 'yaml';
import * as intents from 'cdk8s-intents';
import { folderOf } from '../cli/cli-run';
import { deployment, namespace, type Manifest } from '../constructs/apps';

/** The day on which the examples of pages are synthesized. */
const TODAY = '2026-06-01';

/** What an example came to. */
export interface Example {
  /** The policies in the chart `shop`, and what Calico has beside them, as a YAML stream. */
  readonly yaml: string;
  /** What the synth printed, or the error that it ended with. */
  readonly text: string;
}

/**
 * Runs the TypeScript of an example, which needs no types to run: on an app with a chart `shop` and its Deployments
 * `frontend`, `cart` (TCP 8080) and `other`. The compiler is attached where the example does not do so itself.
 */
export function runExample(code: string): Example {
  const app = cdk8s.Testing.app();
  const shop = namespace(app, 'shop');
  const frontend = deployment(shop, 'frontend');
  const cart = deployment(shop, 'cart', { port: 8080 });
  const other = deployment(shop, 'other');
  const attach = (to: cdk8s.App, options: intents.IntentsCompilerOptions = {}): void => {
    intents.IntentsCompiler.attach(to, { today: TODAY, ...options });
  };
  const attached = code.includes('IntentsCompiler.attach');
  runInNewContext(attached ? code : `${code}\nIntentsCompiler.attach(app);`, {
    ...cdk8s,
    ...intents,
    IntentsCompiler: { attach },
    app,
    shop,
    frontend,
    cart,
    other,
  });
  const said: string[] = [];
  const spy = jest.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  try {
    const objects = cdk8s.Testing.synth(shop) as Manifest[];
    const policies = objects.filter(
      ({ apiVersion, kind }) => /NetworkPolicy$/.test(kind) || apiVersion === 'projectcalico.org/v3',
    );
    const yaml = policies.map((policy) => stringify(policy, { lineWidth: 0 })).join('---\n');
    return { yaml, text: said.join('').replace(/^cdk8s-intents\n\n/, '') };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { yaml: '', text: `${message.replace(/^[^]*?The intents do not hold\.\n\n/, '').trimEnd()}\n` };
  } finally {
    spy.mockRestore();
  }
}

const FENCE = /^```(\w+)\n([^]*?)^```$/gm;
const FILE = /^```yaml (\S+)\n([^]*?)^```$/gm;

/** The examples of a page, as they are written. */
export function examplesOf(page: string): string[] {
  return [...page.matchAll(FENCE)].flatMap(([, language, code = '']) => (language === 'ts' ? [code] : []));
}

/**
 * The page with what its examples write (yaml) and say (text) now; a block belongs to the example before it. They run in a
 * folder with the files that the page shows.
 */
export function runConstructPage(page: string): { readonly page: string; readonly examples: number } {
  const home = process.cwd();
  const files = [...page.matchAll(FILE)].map(([, name = '', text = '']) => [name, text]);
  process.chdir(folderOf(Object.fromEntries(files)));
  try {
    return rerun(page);
  } finally {
    process.chdir(home);
  }
}

function rerun(page: string): { readonly page: string; readonly examples: number } {
  let last: Example | undefined;
  let examples = 0;
  const now = page.replace(FENCE, (block, language: string, content: string) => {
    if (language === 'ts') {
      last = runExample(content);
      examples++;
      return block;
    }
    if (last === undefined || (language !== 'yaml' && language !== 'text')) return block;
    return `\`\`\`${language}\n${last[language]}\`\`\``;
  });
  return { page: now, examples };
}
