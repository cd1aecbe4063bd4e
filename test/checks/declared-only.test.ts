import { declaredOnly } from '../../src/checks/declared-only';
import { checkYaml, deployment } from './check-fixture';
import { COMPILED, WEB } from './compiled-shop';

describe('declaredOnly (DESIGN.md, What proof means)', () => {
  it.each([
    [
      'a call to the internet with egress open',
      `---\n{ apiVersion: k8s.otterize.com/v2beta1, kind: ClientIntents, metadata: { name: web, namespace: shop }, spec: { workload: { name: web }, targets: [{ internet: { ips: [203.0.113.7], ports: [443] } }] } }\n` +
        deployment('shop', 'web', '{ app: web }'),
    ],
  ])('finds %s', (_, yaml) => {
    expect(checkYaml(yaml, [declaredOnly]).map(({ id }) => id)).toEqual([declaredOnly.id]);
  });

  it.each([
    ['a call inside', COMPILED],
    ['no intents', WEB],
  ])('is silent about %s', (_, yaml) => {
    expect(checkYaml(yaml, [declaredOnly])).toEqual([]);
  });
});
