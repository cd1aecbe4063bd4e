import { cliOn } from '../../cli/cli-run';
import { compile } from '../../../src/compiler/compile';
import { readIntents } from '../../../src/intents/read-intents';
import { buildCluster } from '../../../src/model/build-cluster';
import type { Finding } from '../../../src/model/finding';
import { printPlace } from '../../../src/model/place';
import { readManifests } from '../../../src/sources/manifest';

function deployment(name: string, ...ports: number[]): string {
  const list = ports.map((containerPort) => `{ containerPort: ${containerPort} }`).join(', ');
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: main, image: x, ports: [${list}] }] }
---`;
}

function intents(name: string, ...targets: string[]): string {
  return `
apiVersion: k8s.otterize.com/v2beta1
kind: ClientIntents
metadata: { name: ${name}, namespace: shop }
spec: { workload: { name: web }, targets: [${targets.join(', ')}] }
---`;
}

const CLUSTER = `apiVersion: v1
kind: Namespace
metadata: { name: shop }
---${deployment('web')}${deployment('cart', 80, 443, 9090)}${deployment('db', 5432)}`;

function findings(...declared: string[]): readonly Finding[] {
  const { resources } = readManifests(CLUSTER + declared.join(''), { file: 'shop.yaml' });
  return compile(buildCluster(resources), readIntents(resources).intents, {}).findings;
}

describe('two declarations of one client', () => {
  it('count together: the calls of both are let through, on the ports of both', async () => {
    const two = [
      intents('one', '{ kubernetes: { name: cart, ports: [80] } }'),
      intents('two', '{ kubernetes: { name: cart, ports: [443] } }', '{ kubernetes: { name: db } }'),
    ];
    const { out, err, code } = await cliOn(CLUSTER + two.join(''), 'compile', '-', '--policies-only');
    expect(out).toContain('        - port: 80\n          protocol: TCP\n        - port: 443\n');
    expect(out).toContain('name: access-to-db-from-shop');
    expect(code).toBe(0);
    expect(err).toContain('warning duplicate-client: ClientIntents/shop/two');
    expect(err).toContain('warning differing-ports: ClientIntents/shop/two');
  });

  it('with other ports are told with both places', () => {
    const declared = [
      intents('one', '{ kubernetes: { name: cart, ports: [80] } }'),
      intents('two', '{ kubernetes: { name: cart, ports: [443, 9090] } }'),
    ];
    const lines = (CLUSTER + declared.join('')).split('\n');
    const [one, two] = ['[80]', '[443, 9090]'].map(
      (text) => lines.findIndex((line) => line.includes(text)) + 1,
    );
    const [finding, ...more] = findings(...declared).filter(({ id }) => id === 'differing-ports');
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ severity: 'warning', object: 'ClientIntents/shop/two' });
    expect(finding && printPlace(finding.place)).toBe(`shop.yaml:${two}`);
    expect(finding?.message).toBe(
      `The call of shop/web[Deployment] to shop/cart[Deployment] is declared with TCP 443, TCP 9090 here and with TCP 80 in ClientIntents shop/one (shop.yaml:${one}): all of them are open`,
    );
  });

  it('of which one means every port are told too', () => {
    const messages = findings(
      intents('one', '{ kubernetes: { name: cart, ports: [80] } }'),
      intents('two', '{ kubernetes: { name: cart } }'),
    ).map(({ message }) => message);
    expect(messages.join()).toContain(
      'is declared with every port here and with TCP 80 in ClientIntents shop/one',
    );
  });

  it('that say the same, and two targets of one declaration, are not', () => {
    const same = findings(
      intents('one', '{ kubernetes: { name: cart, ports: [80, 443] } }'),
      intents(
        'two',
        '{ kubernetes: { name: cart, ports: [443] } }',
        '{ kubernetes: { name: cart, ports: [80] } }',
      ),
      intents('three', '{ kubernetes: { name: db } }'),
    );
    expect(same.filter(({ id }) => id === 'differing-ports')).toEqual([]);
  });
});
