import type { Bridge } from './bridge';

const bridges: Bridge[] = [];

/** Set-up and tear-down run in one process, apart from the tests. */
export function keepForTearDown(bridge: Bridge): void {
  bridges.push(bridge);
}

/** What set-up has started. */
export function running(): readonly Bridge[] {
  return bridges;
}
