import type { Box } from '../reports/map/arrange';
import { contains } from '../reports/map/curve';
import type { MapLayout } from '../reports/map/map-layout';

/** Free space around everything, and the scales between which one may zoom. */
const MARGIN = 40;
const SCALES = { least: 0.03, most: 3 };

/** The scale of a small map that shows whole. */
const LARGEST_FIT = 1.35;

/** Below this scale names of workloads cannot be read, and those of frames are drawn larger instead. */
const READABLE = 0.5;

/** The part of the sheet that shows. */
export class Viewport {
  private box: Box;

  constructor(
    private readonly svg: SVGSVGElement,
    private readonly layout: MapLayout,
    private readonly titles: readonly (readonly [SVGTextElement, Box])[],
  ) {
    this.box = this.whole;
    addEventListener('resize', () => {
      this.show(this.box);
    });
    addEventListener('beforeprint', () => {
      const before = this.box;
      this.fit();
      addEventListener(
        'afterprint',
        () => {
          this.show(before);
        },
        { once: true },
      );
    });
    this.listen();
    this.fit();
  }

  fit(): void {
    this.show(this.whole);
  }

  /** Makes the box show at a scale one can read, and what is linked with it too if there is room. */
  reveal(box: Box, linked: readonly Box[] = []): void {
    const all = around([box, ...linked]);
    const wanted = this.scaleOf(all) >= READABLE ? all : box;
    if (contains(this.seen(), wanted) && this.scale >= READABLE) return;
    const rect = this.svg.getBoundingClientRect();
    const width = Math.max(wanted.width + 2 * MARGIN, rect.width);
    const height = Math.max(wanted.height + 2 * MARGIN, rect.height);
    const [x, y] = [wanted.x + wanted.width / 2, wanted.y + wanted.height / 2];
    this.show({ x: x - width / 2, y: y - height / 2, width, height });
  }

  zoom(factor: number, at?: { readonly x: number; readonly y: number }): void {
    const { x, y, width, height } = this.seen();
    const wanted = Math.min(SCALES.most, Math.max(SCALES.least, this.scale * factor));
    const ratio = this.scale / wanted;
    const rect = this.svg.getBoundingClientRect();
    const [rx, ry] =
      at === undefined ? [0.5, 0.5] : [(at.x - rect.x) / rect.width, (at.y - rect.y) / rect.height];
    this.show({
      x: x + width * rx * (1 - ratio),
      y: y + height * ry * (1 - ratio),
      width: width * ratio,
      height: height * ratio,
    });
  }

  private get whole(): Box {
    const { width, height } = this.layout;
    const rect = this.svg.getBoundingClientRect();
    // A small map is not blown up.
    const room = (own: number, seen: number): number => Math.max(own + 2 * MARGIN, seen / LARGEST_FIT);
    const [w, h] = [room(width, rect.width), room(height, rect.height)];
    return { x: (width - w) / 2, y: (height - h) / 2, width: w, height: h };
  }

  private get scale(): number {
    return this.scaleOf(this.box);
  }

  private scaleOf({ width, height }: Box): number {
    const rect = this.svg.getBoundingClientRect();
    return Math.min(rect.width / width, rect.height / height);
  }

  /** All that shows: more than the box, where that has another shape than the window. */
  private seen(): Box {
    const rect = this.svg.getBoundingClientRect();
    const [width, height] = [rect.width / this.scale, rect.height / this.scale];
    const { box } = this;
    return { x: box.x - (width - box.width) / 2, y: box.y - (height - box.height) / 2, width, height };
  }

  private show(box: Box): void {
    this.box = box;
    this.svg.setAttribute('viewBox', `${box.x} ${box.y} ${box.width} ${box.height}`);
    const { scale } = this;
    this.svg.classList.toggle('far', scale < READABLE);
    for (const [text, frame] of this.titles) {
      const letters = Math.max(4, text.textContent.length);
      const size = Math.max(
        14,
        Math.min(13 / scale, (frame.width - 24) / (letters * 0.6), frame.height * 0.7),
      );
      text.setAttribute('font-size', size.toFixed(1));
      text.setAttribute('y', String(frame.y + 8 + size));
    }
  }

  private listen(): void {
    const { svg } = this;
    svg.addEventListener(
      'wheel',
      (event) => {
        event.preventDefault();
        this.zoom(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0016)), event);
      },
      { passive: false },
    );
    let held:
      { readonly x: number; readonly y: number; readonly box: Box; readonly scale: number } | undefined;
    svg.addEventListener('pointerdown', (event) => {
      held = { x: event.clientX, y: event.clientY, box: this.box, scale: this.scale };
    });
    addEventListener('pointermove', (event) => {
      if (held === undefined) return;
      const { x, y, box, scale } = held;
      const [dx, dy] = [(event.clientX - x) / scale, (event.clientY - y) / scale];
      this.show({ ...box, x: box.x - dx, y: box.y - dy });
    });
    addEventListener('pointerup', () => {
      held = undefined;
    });
  }
}

function around(boxes: readonly Box[]): Box {
  const [x, y] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))];
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}
