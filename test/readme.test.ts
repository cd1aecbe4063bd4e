import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Chart, Testing } from 'cdk8s';
import { ClientIntents, GlobalNetworkPolicy, IntentsCompiler, Target } from 'cdk8s-intents';
import { deployment, namespace } from './constructs/apps';

const ROOT = join(__dirname, '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** The code block behind a marker comment. */
function block(marker: string): string {
  const at = README.indexOf(`<!-- ${marker} -->`);
  if (at < 0) throw new Error(`README.md has no ${marker}`);
  const [, code = ''] = /```\w+\n([^]*?)```/.exec(README.slice(at)) ?? [];
  return code;
}

describe('README.md', () => {
  it('shows a policy as it stands in dist/', () => {
    const documents = readFileSync(join(ROOT, 'dist', 'otterize-tutorial-npol.k8s.yaml'), 'utf8').split(
      '---\n',
    );
    expect(documents).toContain(
      block(
        'excerpt: dist/otterize-tutorial-npol.k8s.yaml NetworkPolicy access-to-server-from-otterize-tutorial-npol',
      ),
    );
  });

  it('shows the labels of the client as they stand in dist/', () => {
    const dist = readFileSync(join(ROOT, 'dist', 'otterize-tutorial-npol.k8s.yaml'), 'utf8');
    // The first column of a diff says what is new.
    expect(dist).toContain(block('labels: client').replace(/^[ +]/gm, ''));
  });

  it('shows the message of a failed proof as it is thrown', () => {
    const app = Testing.app();
    const shop = namespace(app, 'shop');
    const cart = deployment(shop, 'cart', { port: 7070 });
    const frontend = deployment(shop, 'frontend', { port: 8080 });
    new ClientIntents(shop, 'frontend-calls', {
      workload: frontend,
      targets: [Target.workload(cart, { ports: [7070] })],
    });
    new GlobalNetworkPolicy(new Chart(app, 'cluster'), 'quarantine', {
      order: 10,
      namespaceSelector: 'projectcalico.org/name == "shop"',
      selector: 'app == "cart"',
      types: ['Ingress'],
      ingress: [{ action: 'Deny', protocol: 'TCP' }],
    });
    IntentsCompiler.attach(app);
    let message = '';
    try {
      app.synthYaml();
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain(block('proof: failing').trimEnd());
  });

  it('names files that exist', () => {
    const links = [...README.matchAll(/\]\(([^)#]+)\)/g)]
      .map(([, link]) => link!)
      .filter((link) => !link.startsWith('http'));
    expect(links.length).toBeGreaterThan(8);
    for (const link of links)
      expect({ link, exists: existsSync(join(ROOT, link)) }).toEqual({ link, exists: true });
  });
});
