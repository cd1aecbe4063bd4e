import { flow, inventoryOf, mapped, pod } from './mapping-fixture';

const IP = '10.1.0.60';

/** Whose the pod is, by its owners. */
function ownerOf(...snapshot: object[]): string {
  const record = flow(`${IP} 203.0.113.9:443`);
  return mapped(record, inventoryOf(snapshot)).replace(/^call |^elsewhere | ->.*/g, '');
}

function between(kind: string, name: string, owner: string): object {
  const [ownerKind, ownerName] = owner.split('/');
  return {
    apiVersion: kind === 'ReplicaSet' ? 'apps/v1' : 'batch/v1',
    kind,
    metadata: {
      name,
      namespace: 'shop',
      ownerReferences: [{ kind: ownerKind, name: ownerName, controller: true }],
    },
  };
}

describe('the workload of a pod', () => {
  it('is above the ReplicaSet of the snapshot, whatever that is called', () => {
    const set = between('ReplicaSet', 'odd', 'Deployment/cart');
    expect(ownerOf(pod('p', IP, 'ReplicaSet/odd'), set)).toBe('shop/cart[Deployment]');
    expect(ownerOf(pod('p', IP, 'ReplicaSet/odd'))).toBe('pod shop/p');
  });

  it('is above a ReplicaSet that is gone, by the hash at the end of its name', () => {
    expect(ownerOf(pod('p', IP, 'ReplicaSet/cart-abc', { hash: 'abc' }))).toBe('shop/cart[Deployment]');
    expect(ownerOf(pod('p', IP, 'ReplicaSet/cart-abc', { hash: 'abd' }))).toBe('pod shop/p');
    expect(ownerOf(pod('p', IP, 'ReplicaSet/cart-5d4f8c7b9'))).toBe('shop/cart[Deployment]');
  });

  it('is above the Job of a CronJob, also when that is gone', () => {
    const job = between('Job', 'by-hand', 'CronJob/report');
    expect(ownerOf(pod('p', IP, 'Job/by-hand'), job)).toBe('shop/report[CronJob]');
    expect(ownerOf(pod('p', IP, 'Job/report-29012345'))).toBe('shop/report[CronJob]');
    expect(ownerOf(pod('p', IP, 'Job/report-once'))).toBe('pod shop/p');
  });

  it('is its StatefulSet', () => {
    expect(ownerOf(pod('db-0', IP, 'StatefulSet/db'))).toBe('shop/db[StatefulSet]');
  });

  it('is not found in a circle of owners, which ends', () => {
    const circle = [
      between('ReplicaSet', 'a-1', 'ReplicaSet/b-1'),
      between('ReplicaSet', 'b-1', 'ReplicaSet/a-1'),
    ];
    expect(ownerOf(pod('p', IP, 'ReplicaSet/a-1'), ...circle)).toBe('pod shop/p');
  });

  it('is not told by an owner that does not control it', () => {
    const loose = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace: 'shop', ownerReferences: [{ kind: 'StatefulSet', name: 'db' }] },
      status: { podIP: IP },
    };
    expect(ownerOf(loose)).toBe('pod shop/p');
  });
});
