import type { FlowRecord } from '../../../src/traffic/flow-record';
import { at, flow, inventoryOf, mapped, pod } from './mapping-fixture';

const IP = '10.1.0.50';
const [ONE, OTHER] = ['ReplicaSet/frontend-5d4f8c7b9', 'ReplicaSet/cart-5d4f8c7b9'];

/** Who has the address at a moment, as the client of a call. */
function holder(pods: readonly object[], clock: string | undefined, skew = 0): string {
  const time: Pick<FlowRecord, 'time'> = { time: clock === undefined ? undefined : at(clock) };
  const record = flow(`${IP} 203.0.113.9:443`, time);
  return mapped(record, inventoryOf(pods, { clockSkew: skew })).replace(/^call | ->.*/g, '');
}

describe('an address that two pods had, one after the other', () => {
  const pods = [
    pod('a', IP, ONE, { uid: '1', from: '08:00:00', deleted: '10:00:00' }),
    pod('b', IP, OTHER, { uid: '2', from: '10:01:00' }),
  ];

  it('is that of the pod whose time it is', () => {
    expect(holder(pods, '09:00:00')).toBe('shop/frontend[Deployment]');
    expect(holder(pods, '10:01:00')).toBe('shop/cart[Deployment]');
    expect(holder([...pods].reverse(), '09:00:00')).toBe('shop/frontend[Deployment]');
  });

  it('is nobody’s before, and between them', () => {
    expect(holder(pods, '07:59:59')).toBe(`address-at-another-time: ${IP}`);
    expect(holder(pods, '10:00:30')).toBe(`address-at-another-time: ${IP}`);
  });

  it('is not certain within what clocks differ by, nor in a record without a time', () => {
    expect(holder(pods, '10:00:30', 30_000)).toBe(`address-changed-hands: ${IP}`);
    expect(holder(pods, '10:00:30', 29_999)).toBe(`address-at-another-time: ${IP}`);
    expect(holder(pods, undefined)).toBe(`address-changed-hands: ${IP}`);
  });
});

describe('an address in snapshots of several times', () => {
  const early = pod('a', IP, ONE, { uid: '1', from: '08:00:00' });
  const late = pod('b', IP, OTHER, { uid: '2', from: '10:00:00' });

  it('is that of the later pod from its beginning, although an old snapshot saw the earlier one run', () => {
    expect(holder([early, late], '09:00:00')).toBe('shop/frontend[Deployment]');
    expect(holder([early, late], '11:00:00')).toBe('shop/cart[Deployment]');
    expect(holder([late, early], '11:00:00')).toBe('shop/cart[Deployment]');
  });

  it('ends with the pod where a later snapshot knows that it ended', () => {
    const ended = pod('a', IP, ONE, { uid: '1', from: '08:00:00', ended: '09:30:00' });
    for (const order of [
      [early, ended],
      [ended, early],
    ]) {
      expect(holder(order, '09:00:00')).toBe('shop/frontend[Deployment]');
      expect(holder(order, '09:45:00')).toBe(`address-at-another-time: ${IP}`);
    }
  });

  it('is not certain where nobody knows when the earlier pod began', () => {
    const timeless = pod('a', IP, ONE, { uid: '1' });
    expect(holder([timeless, late], '11:00:00')).toBe(`address-changed-hands: ${IP}`);
    expect(holder([timeless, late], '09:00:00')).toBe('shop/frontend[Deployment]');
  });

  it('is certain where both pods are of one workload', () => {
    const again = pod('c', IP, ONE, { uid: '3', from: '10:00:00' });
    expect(holder([early, again], undefined)).toBe('shop/frontend[Deployment]');
  });
});

describe('the address of a pod', () => {
  it('on the network of the host is that of the node', () => {
    const pods = [pod('a', IP, ONE, { hostNetwork: true })];
    expect(holder(pods, '09:00:00')).toBe(`unknown-private-address: ${IP}`);
  });

  it('that no workload of the manifests owns is that of a stranger', () => {
    expect(holder([pod('who', IP, 'DaemonSet/agent')], '09:00:00')).toBe('elsewhere pod shop/who');
  });
});
