import { calicoNp, gnp, object, pod, World } from './world';

const pods = pod('app', 'a', 'app: a') + pod('app', 'b', 'app: b') + pod('other', 'c', 'app: c');
const service = object(
  'v1',
  'Service',
  'svc',
  'selector: { app: a }, ports: [{ port: 80 }]',
  'namespace: app',
);
const into = (source: string, action = 'Allow'): string =>
  `selector: 'app == "b"', types: [Ingress], ingress: [{ action: ${action}, source: { ${source} } }, { action: Allow, source: { nets: [192.0.2.0/24] } }]`;
const toB = (world: World): string[] =>
  ['app/a', 'other/c', '1.2.3.4'].map((from) => world.ask(from, 'app/b'));

describe('what Calico takes although its author hardly means it', () => {
  it.each(['serviceAccounts: {}', `serviceAccounts: { names: ["a'b"] }`])(
    '%s restricts nothing, in a namespaced policy too (calico-policy-model 2.4 item 4)',
    (source) => {
      expect(toB(new World(pods + calicoNp('app', 'x', into(source))))).toEqual(['allow', 'allow', 'allow']);
      expect(toB(new World(pods + gnp('x', into(source))))).toEqual(['allow', 'allow', 'allow']);
      expect(toB(new World(pods + gnp('x', into(source, 'Deny'))))).toEqual(['deny', 'deny', 'deny']);
    },
  );

  it.each(['services: { name: svc }', 'services: { name: svc, namespace: "" }'])(
    '%s matches nothing, as source and as destination (calico-policy-model 2.6)',
    (side) => {
      expect(toB(new World(pods + service + calicoNp('app', 'x', into(side))))).toEqual([
        'deny',
        'deny',
        'deny',
      ]);
      const out = `selector: 'app == "b"', types: [Egress], egress: [{ action: Deny, destination: { ${side} } }, { action: Allow }]`;
      const world = new World(pods + service + calicoNp('app', 'x', out));
      expect(world.ask('app/b', 'app/a')).toBe('allow');
      expect(world.findingIds).not.toContain('service-endpoints-open');
    },
  );
});
