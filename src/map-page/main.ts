import { drawLines, drawNodes } from '../reports/map/draw-map';
import type { Box } from '../reports/map/arrange';
import type { MapData } from '../reports/map/map-data';
import type { MapLayout } from '../reports/map/map-layout';
import { linesOf, type MapFocus, type MapLine, type MapView } from '../reports/map/map-lines';
import { sideOf } from '../reports/map/map-reach';
import { element } from './element';
import { Finder } from './finder';
import { nearest, type Heading } from './nearest';
import { groupPanel, linePanel, nodePanel, overviewPanel } from './panel';
import { Viewport } from './viewport';

/** What the page was made from. */
interface Carried {
  readonly data: MapData;
  readonly layout: MapLayout;
}

const HEADINGS: Readonly<Partial<Record<string, Heading>>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};
const SIDES = ['before', 'changes', 'after'] as const;

class Page {
  private readonly svg = element('map', SVGSVGElement);
  private readonly panel = element('panel', HTMLElement);
  private readonly stage = element('stage', HTMLElement);
  private readonly lineLayer = element('lines', SVGGElement);
  private readonly nodeLayer = element('nodes', SVGGElement);
  private readonly groupLayer = element('groups', SVGGElement);
  private readonly viewport: Viewport;
  private readonly finder: Finder;
  private view: MapView;
  private lines: readonly MapLine[] = [];
  private drawnSide: string = 'after';
  /** Where the arrow keys stand. */
  private at = -1;

  constructor(
    private readonly data: MapData,
    private readonly layout: MapLayout,
  ) {
    this.view = { side: data.changes === undefined ? 'after' : 'changes' };
    this.viewport = new Viewport(this.svg, layout, this.titles());
    this.finder = new Finder(data, (focus) => {
      this.look(focus);
    });
    this.buttons();
    this.clicks();
    document.addEventListener('keydown', (event) => {
      this.key(event);
    });
    addEventListener('hashchange', () => {
      this.fromAddress();
    });
    this.render();
    this.fromAddress();
  }

  /** Looks at a node or a frame, or at everything. */
  private look(focus: MapFocus | undefined, { remember = true } = {}): void {
    this.view = { side: this.view.side, focus };
    if (focus?.type === 'node') this.at = focus.index;
    this.render();
    if (focus !== undefined) this.viewport.reveal(this.boxOf(focus), this.linked());
    if (remember)
      history.replaceState(
        null,
        '',
        focus === undefined ? '#' : `#${encodeURIComponent(this.nameOf(focus))}`,
      );
  }

  private show(side: MapView['side']): void {
    if (this.data.changes === undefined) return;
    this.view = { ...this.view, side };
    this.render();
  }

  private render(): void {
    const { data, layout, view } = this;
    this.lines = linesOf(data, view, layout.detailed);
    this.lineLayer.innerHTML = drawLines(this.lines, layout);
    const side = view.side === 'before' ? 'before' : 'after';
    if (side !== this.drawnSide) this.nodeLayer.innerHTML = drawNodes(data, sideOf(data, side), layout);
    this.drawnSide = side;
    this.light();
    this.panel.innerHTML = this.panelText();
    this.panel.scrollTop = 0;
    for (const button of document.querySelectorAll('#sides button'))
      button.setAttribute('aria-pressed', String(button.getAttribute('data-side') === view.side));
  }

  private panelText(): string {
    const { data, view } = this;
    if (view.focus === undefined) return overviewPanel(data, view);
    const make = view.focus.type === 'node' ? nodePanel : groupPanel;
    return make(data, view, view.focus.index);
  }

  /** Brings out what one looks at and all it is linked with. */
  private light(): void {
    const { focus } = this.view;
    this.svg.classList.toggle('focused', focus !== undefined);
    const lit = focus === undefined ? new Set<number>() : this.concerned(focus);
    const groups = new Set([...lit].map((node) => this.data.nodes[node]?.group));
    [...this.nodeLayer.children].forEach((child, node) => {
      child.classList.toggle('lit', lit.has(node));
      child.classList.toggle('chosen', focus?.type === 'node' && focus.index === node);
      child.classList.toggle('at', this.at === node);
    });
    [...this.groupLayer.children].forEach((child, group) => {
      child.classList.toggle('lit', groups.has(group));
      child.classList.toggle('chosen', focus?.type === 'group' && focus.index === group);
    });
    if (this.at >= 0) this.stage.setAttribute('aria-activedescendant', `node-${this.at}`);
  }

  /** What one looks at, and all that lines link it with. */
  private concerned({ type, index }: MapFocus): Set<number> {
    const own = type === 'node' ? [index] : (this.data.groups[index]?.nodes ?? []);
    // Whom nearly everyone lost says its line; to light nearly all would say the contrary.
    const ends = this.lines.flatMap(({ from, to, look }) =>
      [from, to].filter((end) => end.type !== 'everyone' || look !== 'removed'),
    );
    return new Set([...own, ...ends.flatMap(({ nodes }) => nodes)]);
  }

  private explain(index: number): void {
    const line = this.lines[index];
    if (line === undefined) return;
    for (const child of this.lineLayer.children)
      child.classList.toggle('chosen', child.getAttribute('data-line') === String(index));
    this.panel.innerHTML = linePanel(this.data, this.view, line);
    this.panel.scrollTop = 0;
  }

  private clicks(): void {
    let from = { x: 0, y: 0 };
    document.addEventListener('pointerdown', ({ clientX, clientY }) => {
      from = { x: clientX, y: clientY };
    });
    document.addEventListener('click', (event) => {
      if (
        !(event.target instanceof Element) ||
        Math.hypot(event.clientX - from.x, event.clientY - from.y) > 5
      ) {
        // A key on a button counts as a click at no place.
        if (!(event.target instanceof Element) || event.detail !== 0) return;
      }
      const target = event.target.closest('[data-node],[data-line],[data-group]');
      if (target === null) {
        if (event.target.closest('#stage') !== null) this.look(undefined);
        return;
      }
      const [node, line, group] = ['node', 'line', 'group'].map((name) =>
        target.getAttribute(`data-${name}`),
      );
      if (typeof node === 'string') this.look({ type: 'node', index: Number(node) });
      else if (typeof line === 'string') this.explain(Number(line));
      else this.look({ type: 'group', index: Number(group) });
    });
  }

  private buttons(): void {
    const on = (id: string, action: () => void): void => {
      element(id, HTMLElement).addEventListener('click', action);
    };
    on('in', () => {
      this.viewport.zoom(1.4);
    });
    on('out', () => {
      this.viewport.zoom(1 / 1.4);
    });
    on('fit', () => {
      this.viewport.fit();
    });
    const sides = element('sides', HTMLElement);
    sides.hidden = this.data.changes === undefined;
    for (const button of sides.querySelectorAll('button')) {
      const side = SIDES.find((one) => one === button.dataset['side']);
      button.addEventListener('click', () => {
        if (side !== undefined) this.show(side);
      });
    }
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const heading = HEADINGS[event.key];
    const onButton =
      event.target instanceof HTMLButtonElement ||
      (event.target instanceof HTMLElement && event.target.closest('#panel') !== null);
    if (heading !== undefined) {
      if (onButton) return;
      event.preventDefault();
      this.step(heading);
    } else if (event.key === 'Enter') {
      if (!onButton && this.at >= 0) this.look({ type: 'node', index: this.at });
    } else if (event.key === '/') {
      event.preventDefault();
      this.finder.focus();
    } else this.plainKey(event.key);
  }

  private plainKey(key: string): void {
    if (key === 'Escape') this.look(undefined);
    else if (key === '+' || key === '=') this.viewport.zoom(1.4);
    else if (key === '-') this.viewport.zoom(1 / 1.4);
    else if (key === '0') this.viewport.fit();
    else {
      const side = SIDES.find((one) => one.startsWith(key));
      if (side !== undefined && key.length === 1) this.show(side);
    }
  }

  private step(heading: Heading): void {
    const next = nearest(this.layout.nodes, this.at, heading);
    if (next === undefined) return;
    this.at = next;
    this.light();
    this.viewport.reveal(this.boxOf({ type: 'node', index: next }));
  }

  /** All that lines lead to. */
  private linked(): Box[] {
    return this.lines.flatMap(({ from, to }) =>
      [from, to].flatMap(({ type, index }) => (type === 'everyone' ? [] : [this.boxOf({ type, index })])),
    );
  }

  private boxOf({ type, index }: MapFocus): Box {
    return (
      (type === 'node' ? this.layout.nodes : this.layout.groups)[index] ?? { x: 0, y: 0, width: 0, height: 0 }
    );
  }

  private nameOf({ type, index }: MapFocus): string {
    return type === 'node' ? (this.data.nodes[index]?.id ?? '') : (this.data.groups[index]?.name ?? '');
  }

  /** What the part of the address behind # names, so that a link leads to a workload. */
  private fromAddress(): void {
    const name = nameIn(location.hash);
    if (name === '') return;
    const node = this.data.nodes.findIndex(({ id }) => id === name);
    const group = this.data.groups.findIndex((one) => one.name === name);
    if (node >= 0) this.look({ type: 'node', index: node }, { remember: false });
    else if (group >= 0) this.look({ type: 'group', index: group }, { remember: false });
  }

  private titles(): (readonly [SVGTextElement, Box])[] {
    return [...document.querySelectorAll<SVGTextElement>('#titles text')].flatMap((text, index) => {
      const box = this.layout.groups[index];
      return box === undefined ? [] : [[text, box] as const];
    });
  }
}

/** Empty where nothing is named, or what stands there is no text. */
function nameIn(hash: string): string {
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    return '';
  }
}

function isCarried(value: unknown): value is Carried {
  return typeof value === 'object' && value !== null && 'data' in value && 'layout' in value;
}

const carried: unknown = JSON.parse(element('data', HTMLScriptElement).textContent);
if (isCarried(carried)) new Page(carried.data, carried.layout);
