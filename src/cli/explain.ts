import { Option } from 'commander';
import { readIntents } from '../intents/read-intents';
import type { Service } from '../model/services/service';
import type { Peer } from '../reachability/reachability';
import type { ExplainedFlow } from '../reports/explain/explained-flow';
import { explainJson } from '../reports/explain/explain-json';
import { explainText } from '../reports/explain/explain-text';
import { mendOf } from '../reports/explain/mend';
import { COLOURED, PLAIN } from '../reports/style';
import { undecidedReason } from '../reports/explain/undecided-reason';
import { UsageError } from '../sources/usage-error';
import type { CommandModule } from './command-module';
import { resolveConnection } from './flow-port';
import { PATHS_WORDS, withCluster } from './live-options';
import { addModelOptions, type ModelFlags } from './model-options';
import { exitCodeOf, printFindingsAside } from './outcome';
import { parsePeerReference, REFERENCE_FORMS } from './peer-reference';
import { PeerResolver } from './peer-resolver';
import { Progress } from './progress';
import { readModel, type Model } from './read-model';
import { writeAll, type Terminal } from './terminal';
import { wholeNumber } from './whole-number';

interface Flags extends ModelFlags {
  readonly from: string;
  readonly to: string;
  readonly port?: string;
  readonly protocol: string;
  readonly type?: number;
  readonly code?: number;
  readonly output: 'text' | 'json';
}

const HELP = `
A peer is ${REFERENCE_FORMS}.

Examples:
  $ intents explain --from shop/frontend --to shop/cart --port 7070 manifests/
  $ intents explain --from 8.8.8.8 --to svc/shop/frontend --port 80 manifests/
  $ intents explain --from pods:tools/app=curl --to shop/cart --port grpc manifests/ -o json
  $ intents explain --from shop/cart --to 10.96.0.10 --protocol UDP --port 53 manifests/`;

/** `intents explain`: which policy and rule decides about one connection, and the smallest mend when it is denied. */
export const command: CommandModule = {
  declare(command, terminal, finish) {
    addModelOptions(
      command
        .argument('[path...]', PATHS_WORDS)
        .requiredOption('--from <peer>', 'who connects')
        .requiredOption('--to <peer>', 'where to')
        .option('--port <port>', 'number, or the name of a port of the server')
        .option('--protocol <protocol>', 'TCP, UDP, SCTP, ICMP, ICMPv6, or a number', 'TCP')
        .option('--type <number>', 'ICMP type, instead of a port', wholeNumber())
        .option('--code <number>', 'ICMP code (default: 0)', wholeNumber())
        .addOption(
          new Option('-o, --output <form>', 'form of the output').choices(['text', 'json']).default('text'),
        ),
    )
      .addHelpText('after', HELP)
      .action(async (paths: readonly string[], flags: Flags) => {
        finish(await explain(paths, flags, terminal));
      });
  },
};

/** The exit code does not depend on the verdict: the question is why, and either answer is fine. */
async function explain(paths: readonly string[], flags: Flags, terminal: Terminal): Promise<number> {
  const progress = new Progress(terminal);
  const model = await readModel(withCluster(paths, flags), flags, terminal, progress);
  const flow = explained(flags, model);
  const { findings, policies } = model;
  progress.clear();
  if (flags.output === 'json') await writeAll(terminal, explainJson(flow, findings, policies.outOfModel));
  else {
    await terminal.out(explainText(flow, terminal.colours ? COLOURED : PLAIN));
    printFindingsAside(findings, terminal);
  }
  return exitCodeOf(findings, flags);
}

function explained(flags: Flags, { cluster, reachability, findings }: Model): ExplainedFlow {
  const resolver = new PeerResolver(cluster);
  const from = resolve('--from', flags.from, flags, resolver);
  const to = resolve('--to', flags.to, flags, resolver);
  const { protocol, type, code, port: name } = flags;
  const connection = resolveConnection({ protocol, port: name, type, code }, to.peer, to.service);
  if (connection.protocol === undefined) throw new UsageError(connection.reason);
  const { protocol: number, port } = connection;
  const explanation = reachability.explain(from.peer, to.peer, number, port);
  const flow = { from: from.peer, to: to.peer, protocol: number, port, explanation };
  const { intents } = readIntents(cluster.resources);
  return {
    ...flow,
    mend: mendOf(flow, { reachability, intents, services: cluster.services }),
    reason: explanation.verdict === 'unknown' ? undecidedReason(flow, findings) : undefined,
  };
}

function resolve(
  option: string,
  text: string,
  { namespace = 'default' }: ModelFlags,
  resolver: PeerResolver,
): { readonly peer: Peer; readonly service?: Service } {
  const { reference, reason } = parsePeerReference(text, namespace);
  if (reference === undefined) throw new UsageError(`${option}: ${reason}.`);
  const resolved = resolver.resolve(reference);
  if (resolved.peer === undefined) throw new UsageError(`${option}: ${resolved.reason}`);
  return resolved;
}
