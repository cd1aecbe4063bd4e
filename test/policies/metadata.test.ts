import { printMetadata } from '../../src/policies/metadata';

describe('printMetadata', () => {
  it('writes labels in the order of their keys, and nothing that is not there', () => {
    const printed = printMetadata('p', 'a', { c: '3', a: '1', d: '4', b: '2' });
    expect(JSON.stringify(printed)).toBe(
      '{"name":"p","namespace":"a","labels":{"a":"1","b":"2","c":"3","d":"4"}}',
    );
    expect(printMetadata('p', undefined, {})).toStrictEqual({ name: 'p' });
  });
});
