import fc from 'fast-check';
import { printJson } from '../../src/reports/json-stream';

describe('printJson', () => {
  it('prints what JSON.parse reads back, whatever the values', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.jsonValue()), (value, items) => {
        const text = [
          ...printJson([
            ['value', { value }],
            ['items', { items }],
          ]),
        ].join('');
        // -0 is 0 in JSON.
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify({ value, items })));
      }),
    );
  });

  it('puts the items of a list on a line each, and keeps empty lists short', () => {
    const fields = [
      ['list', { items: [{ a: 1, b: ['x'] }, {}] }],
      ['none', { items: [] }],
    ] as const;
    expect([...printJson(fields)].join('')).toBe(`{
  "list": [
    { "a": 1, "b": ["x"] },
    {}
  ],
  "none": []
}
`);
  });

  it('hands long lists on in pieces', () => {
    const items = Array.from({ length: 10_000 }, (_, index) => ({ index, text: 'x'.repeat(30) }));
    expect([...printJson([['items', { items }]])].length).toBeGreaterThan(5);
  });
});
