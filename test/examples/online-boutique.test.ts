import { onlineBoutique } from '../../examples/online-boutique/app';
import { SHOP } from '../../examples/online-boutique/shop';
import { buildCluster } from '../../src/model/build-cluster';
import { readPolicies } from '../../src/policies/read-policies';
import { evaluate } from '../../src/reachability/evaluate';
import { printConnections } from '../../src/reachability/sets/connection-print';
import type { Peer } from '../../src/reachability/reachability';
import { readManifests } from '../../src/sources/manifest';

/** Who can talk to whom in what `cdk8s synth` writes, as `from -> to ports`, judged by the evaluator. */
function connections(): { readonly inside: string[]; readonly outside: string[] } {
  const { resources } = readManifests(onlineBoutique().synthYaml(), { file: 'online-boutique.yaml' });
  const cluster = buildCluster(resources);
  const reachability = evaluate(cluster, readPolicies(cluster.resources));
  const inside: string[] = [];
  const outside = new Set<string>();
  for (const server of cluster.workloads) {
    const to: Peer = { type: 'workload', workload: server };
    for (const client of cluster.workloads) {
      const { allowed } = reachability.connection({ type: 'workload', workload: client }, to);
      if (client !== server && !allowed.isEmpty)
        inside.push(`${client.name} -> ${server.name} ${printConnections(allowed)}`);
    }
    for (const range of reachability.addresses) {
      const { allowed } = reachability.connection(range, to);
      if (!allowed.isEmpty) outside.add(`${server.name} ${printConnections(allowed)}`);
    }
  }
  return { inside, outside: [...outside] };
}

describe('example online-boutique', () => {
  const { inside, outside } = connections();

  it('is reached from outside at the frontend, and nowhere else', () => {
    expect(outside).toEqual(['frontend TCP 8080']);
  });

  it('lets each workload call what it declares; what the load balancer opens to anyone is open to its pods too', () => {
    const declared = SHOP.flatMap(({ name, calls }) =>
      Object.keys(calls).map((server) => `${name} -> ${server}`),
    );
    const allowed = inside.map((line) => line.split(' TCP')[0] ?? '');
    expect(allowed.filter((call) => !call.endsWith('-> frontend')).sort()).toEqual(
      declared.filter((call) => !call.endsWith('-> frontend')).sort(),
    );
    expect(inside).toContain('checkoutservice -> emailservice TCP 8080');
    expect(allowed).toContain('loadgenerator -> frontend');
  });
});
