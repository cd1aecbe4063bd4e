import { InvalidArgumentError, Option, type Command } from 'commander';
import { FORMAT_NAMES, type FormatChoice } from '../traffic/formats/flow-format';
import { collect, type ModelFlags } from './model-options';
import type { LiveExtent } from './read-model';

/** Options about flow logs, the same for every command that reads them. */
export interface FlowFlags {
  readonly format?: FormatChoice;
  readonly snapshot?: readonly string[];
  readonly since?: Moment;
  readonly until?: Moment;
  readonly clockSkew?: number;
  readonly infrastructure?: readonly string[];
}

/** A moment, or how long ago. */
export type Moment = { readonly at: number } | { readonly ago: number };

/** Declares {@link FlowFlags}. */
export function addFlowOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--format <name>', 'what the logs are; auto decides by content, file by file')
        .choices(['auto', ...FORMAT_NAMES])
        .default('auto'),
    )
    .option(
      '--snapshot <path>',
      'objects of the cluster at the time of the log, for addresses: kubectl get -o json, context:<name>; repeatable',
      collect,
    )
    .option(
      '--since <time>',
      'leave out what ended before: 2026-11-01T09:00:00Z, or 7d, 12h, 30m ago',
      moment,
    )
    .option('--until <time>', 'leave out what began later', moment)
    .option(
      '--clock-skew <seconds>',
      'by how much clocks of log and cluster may differ (default: 5)',
      seconds,
    )
    .option(
      '--infrastructure <namespace>',
      'where what runs the cluster lives (default: kube-system, kube-public, kube-node-lease); repeatable',
      collect,
    );
}

const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * The flags for reading a cluster that a flow log is about: its Nodes are read too, for their addresses and ranges of
 * pods, unless options say both.
 */
export function askingForNodes<F extends Pick<ModelFlags, 'podCidr' | 'nodeCidr'>>(flags: F): F & LiveExtent {
  const { podCidr = [], nodeCidr = [] } = flags;
  return { ...flags, nodes: podCidr.length === 0 || nodeCidr.length === 0 };
}

function moment(text: string): Moment {
  const [, number, unit = ''] = /^([0-9]{1,9})([smhdw])$/.exec(text) ?? [];
  if (number !== undefined) return { ago: Number(number) * (UNITS[unit] ?? 0) };
  // Without a zone a moment would depend on where the command runs.
  const isWhole = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const at = isWhole ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at))
    throw new InvalidArgumentError(
      'Write a moment (2026-11-01T09:00:00Z, 2026-11-01) or how long ago (7d, 12h, 30m).',
    );
  return { at };
}

function seconds(text: string): number {
  if (!/^[0-9]{1,6}(?:\.[0-9]{1,3})?$/.test(text))
    throw new InvalidArgumentError('Write a number of seconds.');
  return Number(text);
}
