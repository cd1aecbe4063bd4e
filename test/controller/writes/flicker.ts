import type { FakeApi, Request } from '../fake-api';
import { reach } from './reach';

/** Pairs of pods whose connection changes more than once in a direction while something comes about: it was shut, or open, for a while. */
export class Flicker {
  readonly found: string[] = [];
  private readonly changes = new Map<string, number>();
  private now: Set<string>;

  constructor(
    private readonly api: FakeApi,
    private readonly isMeant: (pair: string) => boolean = () => true,
  ) {
    this.now = reach(api);
    api.afterWrite = (request) => {
      this.look(request);
    };
  }

  private look({ verb, kind, name }: Request): void {
    const next = reach(this.api);
    for (const pair of new Set([...this.now, ...next])) {
      if (this.now.has(pair) === next.has(pair) || !this.isMeant(pair)) continue;
      const times = (this.changes.get(pair) ?? 0) + 1;
      this.changes.set(pair, times);
      if (times > 1)
        this.found.push(`${pair}: ${next.has(pair) ? 'opened' : 'shut'} again by ${verb} ${kind} ${name}`);
    }
    this.now = next;
  }
}

/** How often a controller wrote each pod. */
export function timesWritten(api: FakeApi): Map<string, number> {
  const times = new Map<string, number>();
  for (const { kind, name } of api.writes) if (kind === 'Pod') times.set(name, (times.get(name) ?? 0) + 1);
  return times;
}
