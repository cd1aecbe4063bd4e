import type { Box } from '../reports/map/arrange';

export type Heading = 'left' | 'right' | 'up' | 'down';

/** The box next to one in a direction: near matters, and straight ahead more. From nowhere, the first. */
export function nearest(boxes: readonly Box[], from: number, heading: Heading): number | undefined {
  const start = boxes[from];
  if (start === undefined) return boxes.length === 0 ? undefined : 0;
  let best: { readonly index: number; readonly far: number } | undefined;
  for (const [index, box] of boxes.entries()) {
    const [dx, dy] = [
      box.x + box.width / 2 - (start.x + start.width / 2),
      box.y + box.height / 2 - (start.y + start.height / 2),
    ];
    const [ahead, aside] = {
      left: [-dx, dy],
      right: [dx, dy],
      up: [-dy, dx],
      down: [dy, dx],
    }[heading];
    if (index === from || ahead === undefined || aside === undefined || ahead <= 1) continue;
    const far = ahead + 2.5 * Math.abs(aside);
    if (best === undefined || far < best.far) best = { index, far };
  }
  return best?.index;
}
