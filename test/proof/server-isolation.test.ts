import { deployment, read } from './proof-fixture';
import type { DeclaredCall, GeneratedPolicy } from '../../src/compiler/compilation';
import type { ClientIntents } from '../../src/intents/client-intents';
import { NOWHERE } from '../../src/model/place';
import { proveServersIsolated } from '../../src/proof/server-isolation';

const INTENTS: ClientIntents = {
  name: 'calls',
  namespace: 'shop',
  client: { namespace: 'shop', name: 'client' },
  targets: [],
  place: NOWHERE,
};

function judge(hosts: readonly boolean[], generated?: readonly GeneratedPolicy[]) {
  const clients = hosts.map((host, index) => deployment(`client-${index}`, { host }));
  const { cluster, reachability } = read([...clients, deployment('srv')].join(''));
  const server = cluster.workloads.find(({ name }) => name === 'srv');
  if (server === undefined) throw new Error('the fixture has no server');
  const name = { namespace: 'shop', name: 'srv' };
  const calls = cluster.workloads
    .filter((workload) => workload !== server)
    .map((client): DeclaredCall => ({
      intents: INTENTS,
      target: { type: 'workload', server: name, ports: [], layer7: 'none', place: NOWHERE },
      client,
      server,
      ports: 'all',
    }));
  return proveServersIsolated(reachability, calls, generated);
}

const made = (causes: readonly ClientIntents[]): GeneratedPolicy => ({
  namespace: 'shop',
  name: 'access-to-srv-from-shop',
  manifest: {},
  causes,
});

describe('proveServersIsolated', () => {
  it('leaves servers that only host-network clients call to the compiler, which made no policy', () => {
    expect(judge([true])).toEqual([]);
    expect(judge([true, false])).toHaveLength(1);
  });

  it('blames the output where a policy was made', () => {
    expect(judge([false], [made([INTENTS])])).toEqual([
      expect.objectContaining({
        message:
          'No policy isolates shop/srv[Deployment]: everybody can call it, not only those who declared it',
        mend: 'See that the policy made for it and the labels of shop/srv[Deployment] are in the output unchanged.',
      }),
    ]);
  });

  it('says so where none was made, as beside indistinct labels', () => {
    expect(judge([false], [made([])])).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(/None could be made for it$/) as string,
        mend: 'Mend what the other findings say about this intent, or isolate shop/srv[Deployment] by a default deny.',
      }),
    ]);
  });
});
