import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseCidr, type Cidr } from '../model/cidr';
import { CNI_PROFILES } from '../reachability/cni-profile';
import type { CniProfileName, ReachabilityOptions } from '../reachability/reachability';
import { addLiveOptions, type LiveFlags } from './live-options';

/** Options about the input, the same for every command that reads manifests. */
export interface ModelFlags extends LiveFlags {
  readonly namespace?: string;
  readonly podCidr?: readonly Cidr[];
  readonly nodeCidr?: readonly Cidr[];
  readonly cni?: CniProfileName;
  readonly staged?: boolean;
  readonly strict?: boolean;
  /** Go on without documents that cannot be read; only some commands offer it. */
  readonly keepGoing?: boolean;
}

/** Declares {@link ModelFlags}. */
export function addModelOptions(command: Command): Command {
  return addNetworkOptions(
    addLiveOptions(command).option(
      '-n, --namespace <name>',
      'namespace of objects and names that give none (default: "default"); of a live cluster only this one is read',
      namespaceName,
    ),
  ).option('--strict', 'exit with 1 on warnings too: input that was skipped, verdicts that are not certain');
}

/** Declares what {@link ModelFlags} have about addresses and the network plugin. */
export function addNetworkOptions(command: Command): Command {
  return command
    .option(
      '--pod-cidr <cidr>',
      'address range of pods, to match ipBlocks against pods; repeatable',
      cidrList,
    )
    .option(
      '--node-cidr <cidr>',
      'addresses of nodes, for workloads on the host network; repeatable',
      cidrList,
    )
    .addOption(
      new Option(
        '--cni <plugin>',
        'what the network plugin enforces (default: calico when there are Calico policies, Tiers or a FelixConfiguration)',
      ).choices(Object.keys(CNI_PROFILES)),
    )
    .option('--staged', 'treat staged Calico policies as enforced');
}

/** What the evaluation needs of the options. */
export function reachabilityOptions({
  podCidr,
  nodeCidr,
  cni,
  staged,
}: Omit<ModelFlags, 'namespace'>): ReachabilityOptions {
  return {
    ...(podCidr === undefined ? {} : { podCidrs: podCidr }),
    ...(nodeCidr === undefined ? {} : { nodeCidrs: nodeCidr }),
    ...(cni === undefined ? {} : { cni }),
    ...(staged === undefined ? {} : { staged }),
  };
}

/** For options that may be given more than once. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function cidrList(text: string, before: readonly Cidr[] = []): readonly Cidr[] {
  const { cidr, reason } = parseCidr(text, { hostBits: 'error' });
  if (cidr === undefined) throw new InvalidArgumentError(`${reason}.`);
  return [...before, cidr];
}

/** A name that a namespace may have (RFC 1123 label). */
export function namespaceName(text: string): string {
  if (!/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(text))
    throw new InvalidArgumentError('A namespace is up to 63 lower-case letters, digits and "-".');
  return text;
}
