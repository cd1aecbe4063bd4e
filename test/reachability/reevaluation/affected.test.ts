import { changed } from './changed-model';
import { account, calico, clusterWide, gnp, ingressOf, netpol, pod, pods } from './objects';

/** By labels, which say where classes stand, they come in another order than by name. */
const PODS = [pod('cart', { app: 'z' }), pod('other', { app: 'm' }), pod('web', { app: 'a' })];

describe('what can have changed after a change', () => {
  it('is named once, in the order of ids, however it was found', () => {
    const everybody = netpol('all', { podSelector: {}, policyTypes: ['Egress'] });
    expect(changed(PODS, [...PODS, everybody]).names).toEqual(['cart egress', 'other egress', 'web egress']);
    const both = [...PODS, everybody, ingressOf('m', [])];
    expect(changed(PODS, both).names).toEqual(['cart egress', 'other ingress egress', 'web egress']);
  });

  it('is a workload as it is after the change, also where a policy that has gone selected it as it was', () => {
    const after = [pod('cart', { app: 'y' }), ...PODS.slice(1)];
    const { affected, names, model } = changed([...PODS, ingressOf('z', [])], after);
    expect(names).toEqual(['cart ingress egress self']);
    expect(affected[0]?.workload).toBe(model.cluster.workloads.find(({ name }) => name === 'cart'));
  });

  it('is a workload that has gone, as it was, also with the policy that selected it', () => {
    const { affected, names } = changed([...PODS, ingressOf('z', [])], PODS.slice(1));
    expect(names).toEqual(['cart ingress egress self']);
    expect(affected[0]?.workload.labels).toEqual({ app: 'z' });
  });

  it('is a workload that was read again, as the object of the model after the change', () => {
    const { affected, model } = changed([...PODS, ingressOf('z', [])], PODS);
    expect(affected).toHaveLength(1);
    expect(affected[0]?.workload).toBe(model.cluster.workloads.find(({ name }) => name === 'cart'));
  });

  it('is each of several workloads that come together, though no policy tells them apart', () => {
    const replicas = ['n1', 'n2', 'n3'].map((name) => pod(name, { app: 'n' }));
    const { names, model, reachability } = changed(
      [...PODS, ingressOf('n', [pods('a')])],
      [...PODS, ingressOf('n', [pods('a')]), ...replicas],
    );
    expect(names).toEqual(['n1', 'n2', 'n3'].map((name) => `${name} ingress egress self`));
    for (const { name } of model.cluster.workloads.filter((workload) => workload.labels['app'] === 'n')) {
      const target = model.cluster.workloads.find((workload) => workload.name === name);
      const source = model.cluster.workloads.find((workload) => workload.name === 'other');
      if (target === undefined || source === undefined) throw new Error(`no workload ${name}`);
      const peer = (workload: typeof source) => ({ type: 'workload' as const, workload });
      expect(reachability.connection(peer(source), peer(target)).allowed.isEmpty).toBe(true);
    }
  });

  it('is the pods of the service account whose labels are others, not those of other accounts beside it', () => {
    const both = [
      pod('cart', { app: 'z' }, { serviceAccountName: 'till' }),
      pod('other', { app: 'm' }, { serviceAccountName: 'till' }, 'elsewhere'),
      pod('web', { app: 'a' }, { serviceAccountName: 'door' }),
    ];
    const guard = gnp('guard', {
      serviceAccountSelector: "role == 'closed'",
      types: ['Ingress'],
      ingress: [],
    });
    const { names, whole } = changed(
      [...both, guard, account('till', { role: 'open' })],
      [...both, guard, account('till', { role: 'closed' })],
    );
    expect([names, whole]).toEqual([['cart ingress egress self'], undefined]);
  });

  it('is every workload of either model when the plugin is another, and each may be another itself', () => {
    const guard = gnp('guard', { selector: "app == 'z'", types: ['Ingress'], ingress: [] });
    const { names, whole } = changed(PODS, [...PODS.slice(1), guard]);
    expect(whole).toBe('plugin-changed');
    expect(names).toEqual(['cart', 'other', 'web'].map((name) => `${name} ingress egress self`));
  });

  it('is nobody when a policy comes that governs no direction', () => {
    const silent = clusterWide('silent', { tier: 'Admin', priority: 1, subject: { namespaces: {} } });
    expect(changed(PODS, [...PODS, silent]).names).toEqual([]);
  });

  it('is nobody when a staged policy comes or changes that is not asked for', () => {
    const staged = (action: string): object =>
      calico('StagedGlobalNetworkPolicy', 'later', {
        selector: "app == 'z'",
        types: ['Ingress'],
        ingress: [{ action }],
      });
    const base = [
      ...PODS,
      gnp('x', { selector: "app == 'a'", types: ['Egress'], egress: [{ action: 'Allow' }] }),
    ];
    expect(changed([...base, staged('Deny')], [...base, staged('Allow')]).names).toEqual([]);
    expect(changed([...base, staged('Deny')], [...base, staged('Allow')], { staged: true }).names).toEqual([
      'cart ingress',
    ]);
  });

  it('is what the policies select whose peers are others, in the directions they govern', () => {
    const before = [...PODS, ingressOf('z', [pods('a')])];
    expect(changed(before, [...PODS, ingressOf('z', [pods('m')])]).names).toEqual(['cart ingress']);
  });
});
