import { nearest } from '../../src/model/field-reader';

describe('nearest', () => {
  it.each([
    ['form', 'from'],
    ['ot', 'to'],
    ['prots', 'ports'],
    ['igress', 'ingress'],
    ['Egrses', 'egress'],
    ['PODSELECTOR', 'podSelector'],
    ['namesapceSelector', 'namespaceSelector'],
  ])('takes %s for %s', (word, meant) => {
    expect(
      nearest(word, ['from', 'to', 'ports', 'ingress', 'egress', 'podSelector', 'namespaceSelector']),
    ).toBe(meant);
  });

  it.each(['xyz', 'morf', 'spec', ''])('takes %j for nothing known', (word) => {
    expect(nearest(word, ['from', 'ports'])).toBeUndefined();
  });

  it('prefers the word that is closer, and of two equally close ones the first', () => {
    expect(nearest('form', ['forms', 'form'])).toBe('form');
    expect(nearest('tcq', ['tcp', 'tcx'])).toBe('tcp');
  });

  it('touches no letter twice: a swap with a letter between the two is two slips more', () => {
    // "ca" to "abc" is 2 with unrestricted swaps and 3 in optimal string alignment.
    expect(nearest('ca1234', ['abc1234'])).toBeUndefined();
    expect(nearest('ac1234', ['abc1234'])).toBe('abc1234');
  });
});
