import fc from 'fast-check';
import { arrange, type Box } from '../../../src/reports/map/arrange';
import { curve } from '../../../src/reports/map/curve';
import { loadLayers } from '../../../src/reports/map/layers';

const sizes = fc.array(
  fc.record({ width: fc.integer({ min: 20, max: 300 }), height: fc.integer({ min: 10, max: 90 }) }),
  {
    minLength: 1,
    maxLength: 25,
  },
);
const links = fc.array(
  fc.record({ from: fc.nat(24), to: fc.nat(24), weight: fc.integer({ min: 1, max: 50 }) }),
  { maxLength: 40 },
);

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

describe('arranging', () => {
  it('lets nothing overlap, keeps all on the sheet, and gives the same again', async () => {
    const layers = await loadLayers();
    fc.assert(
      fc.property(sizes, links, (all, drawn) => {
        const used = drawn.filter(({ from, to }) => from < all.length && to < all.length && from !== to);
        const { boxes, width, height } = arrange(all, used, [10, 40], layers);
        expect(boxes.map((box) => ({ width: box.width, height: box.height }))).toEqual(all);
        for (const [index, box] of boxes.entries()) {
          expect(
            box.x >= 0 && box.y >= 0 && box.x + box.width <= width + 1 && box.y + box.height <= height + 1,
          ).toBe(true);
          for (const other of boxes.slice(index + 1)) expect(overlap(box, other)).toBe(false);
        }
        expect(arrange(all, used, [10, 40], layers).boxes).toEqual(boxes);
      }),
      { numRuns: 40 },
    );
  });

  it('has callers on the left of those they call', async () => {
    const node = { width: 100, height: 30 };
    const { boxes } = arrange(
      [node, node, node],
      [
        { from: 2, to: 0, weight: 1 },
        { from: 0, to: 1, weight: 1 },
      ],
      [10, 40],
      await loadLayers(),
    );
    expect(boxes.map(({ x }) => x)).toEqual(
      [...boxes.map(({ x }) => x)].sort((a, b) => a - b).flatMap((_, i, xs) => [xs[[1, 2, 0][i] ?? 0]]),
    );
  });
});

describe('a line', () => {
  const box = (x: number, y: number): Box => ({ x, y, width: 100, height: 40 });

  it('swerves past what stands between its ends', () => {
    const [from, to, between] = [box(0, 0), box(400, 0), box(200, 0)];
    expect(curve(from, to, [from, to]).path).toBe(curve(from, to).path);
    expect(curve(from, to, [from, between, to]).path).not.toBe(curve(from, to).path);
  });

  it('differs from the one back', () => {
    expect(curve(box(0, 0), box(0, 200)).path).not.toBe(curve(box(0, 200), box(0, 0)).path);
  });
});
