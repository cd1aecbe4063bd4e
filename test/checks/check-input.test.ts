import { checkInput } from '../../src/checks/check-input';
import { buildCluster } from '../../src/model/build-cluster';
import { readPolicies } from '../../src/policies/read-policies';
import { evaluate } from '../../src/reachability/evaluate';
import { resourcesOf } from '../policies/resource-fixture';
import { deployment, networkPolicy } from './check-fixture';
import { ACCESS, COMPILED, orders, SHOP, WEB, accessPolicy } from './compiled-shop';

/** `severity id` of everything but notes about whole namespaces. */
function found(yaml: string): string[] {
  const cluster = buildCluster(resourcesOf(yaml));
  const policies = readPolicies(cluster.resources);
  const input = { cluster, policies, reachability: evaluate(cluster, policies), options: {} };
  return checkInput(input).map(({ severity, id }) => `${severity} ${id}`);
}

const intents = (target: string): string =>
  `---\n{ apiVersion: k8s.otterize.com/v2beta1, kind: ClientIntents, metadata: { name: web, namespace: shop }, spec: { workload: { name: web }, targets: [${target}] } }\n`;

describe('checkInput', () => {
  it('has nothing to say of what compiling leaves', () => {
    expect(found(COMPILED)).toEqual([]);
  });

  it('has nothing to say of the same without its intents: nobody knows what is declared', () => {
    expect(found(SHOP + WEB + orders() + accessPolicy())).toEqual([]);
  });

  it('says once what both the compiler and a check find', () => {
    const forged = deployment('shop', 'batch', `{ app: batch, ${ACCESS} }`);
    expect(found(COMPILED + forged)).toEqual(['error stale-access-label']);
  });

  it('says what the readers of intents and the compiler find', () => {
    expect(
      found(intents('{ kubernetes: { name: gone } }') + deployment('shop', 'web', '{ app: web }')),
    ).toEqual(['error target-not-found']);
  });

  it('compiles beside the policies that are there: a restricted client declares more than words', () => {
    const call =
      intents('{ internet: { ips: [203.0.113.7], ports: [443] } }') +
      deployment('shop', 'web', '{ app: web }');
    expect(found(call)).toEqual(['info declared-only']);
    expect(found(call + networkPolicy('{ podSelector: {}, policyTypes: [Egress] }'))).toEqual([]);
  });

  it('does not ask for options of the compiler', () => {
    const call =
      intents('{ service: { name: kubernetes.default } }') + deployment('shop', 'web', '{ app: web }');
    expect(found(call + networkPolicy('{ podSelector: {}, policyTypes: [Egress] }'))).toEqual([]);
  });
});
