import { givenCidr } from '../../src/model/given-cidr';

describe('a block given as an option', () => {
  it('is read', () => {
    expect(givenCidr('10.244.0.0/16', 'IntentsCompiler: podCidrs')).toMatchObject({ version: 4, prefix: 16 });
  });

  it.each([
    [
      '10.0.0.0',
      'IntentsCompiler: podCidrs: "10.0.0.0" has no prefix length; for this one address write 10.0.0.0/32. Write a block, for example 10.244.0.0/16.',
    ],
    [
      '10.0.0.5/8',
      'IntentsCompiler: podCidrs: "10.0.0.5/8" has bits set beyond its prefix; the block is 10.0.0.0/8. Write a block, for example 10.244.0.0/16.',
    ],
    [
      'nodes',
      'IntentsCompiler: podCidrs: "nodes" has no prefix length. Write a block, for example 10.244.0.0/16.',
    ],
  ])('%s is refused by the name of the option', (text, message) => {
    expect(() => givenCidr(text, 'IntentsCompiler: podCidrs')).toThrow(message);
  });
});
