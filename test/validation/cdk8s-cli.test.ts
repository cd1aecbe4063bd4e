import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderOf } from '../cli/cli-run';

const ROOT = join(__dirname, '..', '..');
const CLI = join(ROOT, 'node_modules', 'cdk8s-cli', 'bin', 'cdk8s');

/** A folder that `require` takes for the package, as it is in the sources. */
const PLUGIN = `
require(${JSON.stringify(join(ROOT, 'node_modules', 'tsx', 'dist', 'cjs', 'index.cjs'))});
module.exports = require(${JSON.stringify(join(ROOT, 'src', 'index.ts'))});
`;

/** Two charts, with a construct whose policy lets everybody in or not. */
const app = (peers: string): string => `
const { App, Chart, ApiObject } = require(${JSON.stringify(join(ROOT, 'node_modules', 'cdk8s'))});
const app = new App();
const chart = new Chart(app, 'shop', { namespace: 'shop', disableResourceNameHashes: true });
const labels = { app: 'cart' };
new ApiObject(chart, 'cart', {
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'cart' },
  spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'cart:1', ports: [{ containerPort: 7070 }] }] } } },
});
new ApiObject(chart, 'cart-policy', {
  apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'cart-access' },
  spec: { podSelector: { matchLabels: labels }, policyTypes: ['Ingress'], ingress: [{ from: [${peers}], ports: [{ port: 7070 }] }] },
});
app.synth();
`;

const FLOWS = `flows:
  - { from: { namespace: tools, labels: { app: probe } }, to: shop/cart, port: 7070, expect: deny }
`;

function synth(peers: string, properties: string, ...words: string[]) {
  const folder = folderOf({
    'main.js': app(peers),
    'flows.yaml': FLOWS,
    'node_modules/cdk8s-intents/index.js': PLUGIN,
    'cdk8s.yaml': `language: typescript
app: node main.js
validations:
  - package: ./node_modules/cdk8s-intents
    class: IntentsValidation
    version: 0.1.0
    properties: ${properties}
`,
  });
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'synth', ...words], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, CDK8S_CHECK_UPGRADE: 'false', NO_COLOR: '1' },
  });
  return { folder, status, out: `${stdout}${stderr}` };
}

const NARROW = `{ podSelector: { matchLabels: { app: 'frontend' } } }`;
const WIDE = '{ namespaceSelector: {} }';

describe('cdk8s-cli with the validation plugin', () => {
  it('loads it, shows its report and goes on where the flows hold', () => {
    const { status, out } = synth(NARROW, '{ flows: flows.yaml }');
    expect(out).toContain('Validations ended succesfully');
    expect(out).toMatch(/Flows +│ 1 of 1 hold/);
    expect(status).toBe(0);
  });

  it('fails with 2 where a flow does not hold, and names construct, object and policy', () => {
    const { status, out, folder } = synth(
      WIDE,
      '{ flows: flows.yaml }',
      '--validation-reports-output-file',
      'report.json',
    );
    expect(out).toContain('expected-flow (');
    expect(out).toContain('Construct Path: shop/cart');
    expect(out).toContain('Resource Name: cart');
    expect(out).toContain('ingress: NetworkPolicy/shop/cart-access');
    expect(status).toBe(2);
    const { reports } = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'));
    expect(reports[0].summary).toMatchObject({ status: 'failure', metadata: { Flows: '0 of 1 hold' } });
  });

  it('says which property is misspelt', () => {
    const { status, out } = synth(NARROW, '{ flow: flows.yaml }');
    expect(out).toContain('there is no property "flow". Did you mean flows?');
    expect(status).not.toBe(0);
  });
});
