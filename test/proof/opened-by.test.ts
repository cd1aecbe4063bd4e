import { DENY_INGRESS, deployment, policy, read } from './proof-fixture';
import { findUndeclaredAccess } from '../../src/proof/undeclared-access';

const APP = deployment('srv', { port: 8080 }) + deployment('s');
const open = (name: string, ports: string): string =>
  policy(
    name,
    `podSelector: { matchLabels: { app: srv } }, ingress: [{ from: [{ podSelector: {} }]${ports} }]`,
  );

function openers(yaml: string): string[] {
  const { cluster, reachability } = read(yaml);
  const { findings } = findUndeclaredAccess({
    cluster,
    reachability,
    declared: [],
    external: [],
    severity: 'warning',
  });
  return findings.map(({ message }) => message);
}

describe('openedBy', () => {
  it('names several policies in the plural', () => {
    expect(openers(APP + DENY_INGRESS + open('a', '') + open('b', ''))).toEqual([
      'NetworkPolicy/shop/a, NetworkPolicy/shop/b let shop/s[Deployment] reach shop/srv[Deployment] on every port and protocol, which no intent declares',
    ]);
  });

  it('leaves out a NetworkPolicy that has no rule for any of the ports, a name looked up at the server', () => {
    const named = deployment('srv', { port: 8080 });
    const ranges = '{ port: 9000, endPort: 9100 }';
    const yaml = named + deployment('s') + DENY_INGRESS + open('wide', `, ports: [${ranges}]`);
    expect(openers(yaml + open('named', ', ports: [{ port: http }]'))).toEqual([
      'NetworkPolicy/shop/wide lets shop/s[Deployment] reach shop/srv[Deployment] on TCP 9000-9100, which no intent declares',
    ]);
  });
});
