import { loadavg } from 'node:os';
import { median } from './measure';

/** A number, and how people read it. */
export interface Figure {
  readonly value: number;
  readonly text: (value: number) => string;
}

export const seconds = (milliseconds: number): Figure => ({
  value: milliseconds,
  text: (value) => `${(value / 1000).toFixed(2)} s`,
});
export const cpu = (value: number, digits = 1): Figure => ({
  value,
  text: (number) => `${number.toFixed(digits)} s of CPU`,
});
export const milliseconds = (value: number): Figure => ({
  value,
  text: (number) => `${number.toFixed(0)} ms`,
});
export const count = (value: number, of: string): Figure => ({
  value,
  text: (number) => `${number.toFixed(0)} ${of}`,
});

/** Figures of one run after the other, and their medians. */
export class Figures {
  private readonly rows = new Map<string, { readonly text: (value: number) => string; values: number[] }[]>();

  /** Keeps what a run has found, and prints it. */
  tell(what: string, ...figures: readonly Figure[]): void {
    const row = this.rows.get(what) ?? figures.map(({ text }) => ({ text, values: [] as number[] }));
    this.rows.set(what, row);
    for (const [at, { value }] of figures.entries()) row[at]?.values.push(value);
    const texts = figures.map(({ value, text }) => text(value)).join(', ');
    console.log(`${what.padEnd(64)} ${texts}  (load ${loadavg()[0]?.toFixed(1)})`);
  }

  /** What lies in the middle of all runs, and the ends. */
  printMedians(runs: number): void {
    console.log(`\nmedians of ${runs} runs (least to most)`);
    for (const [what, row] of this.rows) {
      const texts = row.map(({ text, values }) => {
        const [least, most] = [Math.min(...values), Math.max(...values)];
        return `${text(median(values))} (${text(least)} to ${text(most)})`;
      });
      console.log(`${what.padEnd(64)} ${texts.join(', ')}`);
    }
  }
}
