import { NOWHERE } from '../../src/model/place';
import { Doubts } from '../../src/reachability/doubts';

describe('what is open', () => {
  it('is said once of each kind, in a fixed order, at the first policy by name', () => {
    const doubts = new Doubts();
    const place = (file: string) => ({ ...NOWHERE, file });
    doubts.addPlace('source-ports-open', 'b', place('of b'));
    doubts.addPlace('source-ports-open', 'a', place('of a'));
    doubts.addPlace('source-ports-open', 'a', place('of a, again'));
    doubts.addPlace('domains-open', 'z', place('of z'));
    const found = doubts.findings();
    expect(found.map(({ id, object }) => [id, object])).toEqual([
      ['domains-open', 'z'],
      ['source-ports-open', 'a'],
    ]);
    expect(found[1]?.place).toEqual(place('of a'));
    expect(found[1]?.message).toMatch(/^Rules of a, b look at/);
    expect(new Doubts().findings()).toEqual([]);
  });

  it.each([
    [['c', 'b', 'a'], 'Rules of a, b, c look at'],
    [['d', 'c', 'b', 'a'], 'Rules of a, b, c and 1 more look at'],
    [['a', 'e', 'b', 'd', 'c'], 'Rules of a, b, c and 2 more look at'],
  ])('names three policies and counts the rest: %j', (names, words) => {
    const doubts = new Doubts();
    for (const name of names) doubts.addPlace('source-ports-open', name, NOWHERE);
    expect(doubts.findings().map(({ message }) => message)).toEqual([expect.stringContaining(words)]);
  });

  it('may hang on no object', () => {
    const doubts = new Doubts();
    doubts.addPlace('own-node-open', '', NOWHERE);
    expect(doubts.findings().map((finding) => 'object' in finding)).toEqual([false]);
  });
});
