import type { Output } from './applications';

/** What a `cut-off-workload` finding says of one workload. */
export interface CutOff {
  readonly severity: string;
  readonly services: string;
  readonly why: string;
  readonly callers: string;
}

const MESSAGE =
  /^Nobody in the manifests may reach (?<id>\S+) (?:behind (?<services>.*?)|on .*?): (?<why>.*?)(?:\. Called by (?<callers>.*))?$/;

/** The workloads that a synth names as cut off, by name of the workload. */
export function cutOffs({ findings }: Output): ReadonlyMap<string, CutOff> {
  const named = findings
    .filter(({ id }) => id === 'cut-off-workload')
    .map(({ severity, message }): [string, CutOff] => {
      const { id, services, why, callers } = MESSAGE.exec(message)?.groups ?? {};
      if (id === undefined || why === undefined) throw new Error(`unexpected words: ${message}`);
      const name = id.replace(/^.*\/|\[.*$/g, '');
      return [name, { severity, services: shorten(services ?? 'none'), why, callers: callers ?? 'not said' }];
    });
  return new Map(named.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function shorten(services: string): string {
  return services.replace(/Service \S+\//g, '');
}

/** Rows of a table: what a default deny alone cuts off, and what of it is left with the policies that came along. */
export function cutOffRows(alone: Output, together: Output): string[][] {
  const left = cutOffs(together);
  return [...cutOffs(alone)].map(([name, { services, callers }]) => [
    `\`${name}\``,
    services,
    callers,
    left.get(name)?.why ?? 'reachable',
  ]);
}
