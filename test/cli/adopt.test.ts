import { cli, cliOn } from './cli-run';
import { parseChecked } from './json-schema';

const NAIS = `
apiVersion: nais.io/v1alpha1
kind: Application
metadata: { name: frontend, namespace: shop }
spec: { accessPolicy: { outbound: { rules: [{ application: basket }] } } }
---
apiVersion: nais.io/v1alpha1
kind: Application
metadata: { name: basket, namespace: shop }
spec: { accessPolicy: { inbound: { rules: [{ application: frontend }] } } }
`;

describe('intents adopt', () => {
  it('prints intents on standard output, and the residue on standard error; 1 when something is lost', async () => {
    const { code, out, err } = await cliOn(NAIS, 'adopt', '-');
    expect(code).toBe(1);
    expect(out).toContain('kind: ClientIntents');
    expect(out).not.toContain('Application');
    expect(err).toContain('Not carried over:');
    expect(err).toContain('who can talk to whom stays the same');
  });

  it('prints JSON as its schema says', async () => {
    const { out, err } = await cliOn(NAIS, 'adopt', '-', '-o', 'json');
    const json = parseChecked('adopt', out);
    expect(json).toMatchObject({
      version: 1,
      systems: ['nais'],
      unchanged: true,
      residue: [{ kind: 'lost' }, { kind: 'unproved' }, { kind: 'unproved' }],
    });
    expect(err).toBe('');
  });

  it('ends with 0 where nothing is lost, and with 1 for a kept policy under --strict', async () => {
    const labels = '{ app: web }';
    const manifests = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec: { selector: { matchLabels: ${labels} }, template: { metadata: { labels: ${labels} }, spec: { containers: [{ name: a, image: a }] } } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] }
`;
    expect((await cliOn(manifests, 'adopt', '-')).code).toBe(0);
    expect((await cliOn(manifests, 'adopt', '-', '--strict')).code).toBe(1);
  });

  it('says of a misspelt field that it is none', async () => {
    const { code, err } = await cliOn(NAIS.replace('inbound', 'inbuond'), 'adopt', '-');
    expect(code).toBe(1);
    expect(err).toContain('Did you mean');
  });

  it('says so where there is nothing to adopt, and refuses what cannot be read', async () => {
    const { err } = await cliOn('apiVersion: v1\nkind: Namespace\nmetadata: { name: a }\n', 'adopt', '-');
    expect(err).toContain('nothing to adopt');
    expect((await cli(['adopt', 'no-such-file'])).code).toBe(2);
  });
});
