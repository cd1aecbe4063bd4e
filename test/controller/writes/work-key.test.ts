import {
  intentsKey,
  namespaceKey,
  podKey,
  policyWorkKey,
  rankOf,
} from '../../../src/controller/writes/work-key';

describe('keys of work', () => {
  it('put policies and namespaces before pods, and statuses last', () => {
    const keys = [
      intentsKey('shop', 'ClientIntents', 'web'),
      podKey('shop', 'web-1'),
      policyWorkKey('shop', 'networking.k8s.io/NetworkPolicy/web'),
      namespaceKey('shop'),
    ];
    expect(keys.map(rankOf)).toEqual([3, 1, 0, 0]);
  });
});
