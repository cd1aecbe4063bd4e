import { escapeXml } from '../reports/xml';
import type { MapData } from '../reports/map/map-data';
import type { MapFocus } from '../reports/map/map-lines';
import { element } from './element';
import { find, type Found } from './find';

/** The field one types into, with what it finds below. */
export class Finder {
  private readonly input = element('search', HTMLInputElement);
  private readonly list = element('results', HTMLElement);
  private found: readonly Found[] = [];
  private chosen = 0;

  constructor(
    private readonly data: MapData,
    private readonly choose: (focus: MapFocus) => void,
  ) {
    this.input.addEventListener('input', () => {
      this.found = find(this.data, this.input.value);
      this.chosen = 0;
      this.draw();
    });
    this.input.addEventListener('keydown', (event) => {
      this.key(event);
    });
    this.input.addEventListener('blur', () => {
      this.close();
    });
    // Before the field loses the focus, and the list goes.
    this.list.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      const item = event.target instanceof Element ? event.target.closest('[data-index]') : null;
      if (item !== null) this.take(Number(item.getAttribute('data-index')));
    });
  }

  focus(): void {
    this.input.focus();
    this.input.select();
  }

  private key(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.key === 'Escape') {
      this.input.value = '';
      this.close();
      this.input.blur();
    } else if (event.key === 'Enter') this.take(this.chosen);
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const count = Math.max(1, this.found.length);
      this.chosen = (this.chosen + (event.key === 'ArrowDown' ? 1 : count - 1)) % count;
      this.draw();
    }
  }

  private take(index: number): void {
    const hit = this.found[index];
    if (hit === undefined) return;
    this.input.value = '';
    this.close();
    this.input.blur();
    this.choose(hit.focus);
  }

  private close(): void {
    this.found = [];
    this.list.replaceChildren();
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-activedescendant');
  }

  private draw(): void {
    if (this.input.value.trim() === '') {
      this.close();
      return;
    }
    this.list.innerHTML =
      this.found.length === 0
        ? '<li class="none">Nothing is called like that.</li>'
        : this.found
            .map(
              ({ label }, index) =>
                `<li id="found-${index}" role="option" data-index="${index}" aria-selected="${index === this.chosen}">${escapeXml(label)}</li>`,
            )
            .join('');
    this.input.setAttribute('aria-expanded', 'true');
    if (this.found.length === 0) return;
    this.input.setAttribute('aria-activedescendant', `found-${this.chosen}`);
    this.list.children[this.chosen]?.scrollIntoView({ block: 'nearest' });
  }
}
