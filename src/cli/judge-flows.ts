import { readIntents } from '../intents/read-intents';
import type { Finding } from '../model/finding';
import { printPlace } from '../model/place';
import type { FlowResult } from '../reports/assertions/flow-result';
import { mendOf, type MendContext } from '../reports/explain/mend';
import { peerLabel } from '../reports/peer-name';
import { printConnection } from '../reports/protocol';
import { undecidedReason } from '../reports/explain/undecided-reason';
import { readTextFile } from '../sources/files';
import { UsageError } from '../sources/usage-error';
import type { Assertion, AssertionProblem } from './assertion';
import { resolveConnection } from './flow-port';
import { PeerResolver } from './peer-resolver';
import { readAssertions } from './read-assertions';
import type { Model } from './read-model';

/**
 * The expected flows of files, in their order.
 * @throws UsageError with everything that is wrong with them
 */
export function readAssertionFiles(
  files: readonly string[],
  {
    namespace = 'default',
    stdin,
  }: { readonly namespace?: string | undefined; readonly stdin?: () => string },
): Assertion[] {
  const read = files.map((file) => {
    const text = readTextFile(file, stdin === undefined ? {} : { stdin });
    return readAssertions(text, file === '-' ? 'stdin' : file, namespace);
  });
  throwProblems(read.flatMap(({ problems }) => problems));
  return read.flatMap(({ assertions }) => assertions);
}

/** All of them at once: nobody wants to mend a file one run at a time. */
function throwProblems(problems: readonly AssertionProblem[]): void {
  const [first] = problems;
  if (first === undefined) return;
  const lines = problems.map(({ message, place }) => `${printPlace(place)}: ${message}`);
  throw new UsageError(
    lines.length === 1 ? lines.join('') : `${lines.length} mistakes in assertions:\n${lines.join('\n')}`,
  );
}

/**
 * Judges expected flows under the policies of a model.
 * @param onFlow told how many flows are judged
 * @throws UsageError for flows whose ends or ports the model does not have, all of them at once
 */
export function judgeFlows(
  assertions: readonly Assertion[],
  model: Pick<Model, 'cluster' | 'reachability' | 'findings'>,
  onFlow?: (done: number, total: number) => void,
): FlowResult[] {
  const resolver = new PeerResolver(model.cluster);
  const problems: AssertionProblem[] = [];
  const { intents } = readIntents(model.cluster.resources);
  const { reachability, findings, cluster } = model;
  const context = { reachability, findings, intents, services: cluster.services };
  const results = assertions.flatMap((assertion, index) => {
    onFlow?.(index, assertions.length);
    return judgeOne(assertion, resolver, context, problems) ?? [];
  });
  throwProblems(problems);
  return results;
}

interface JudgeContext extends MendContext {
  readonly findings: readonly Finding[];
}

function judgeOne(
  assertion: Assertion,
  resolver: PeerResolver,
  context: JudgeContext,
  problems: AssertionProblem[],
): FlowResult | undefined {
  const from = resolver.resolve(assertion.from);
  const to = resolver.resolve(assertion.to);
  if (from.peer === undefined) problems.push({ message: from.reason, place: assertion.fromPlace });
  if (to.peer === undefined) problems.push({ message: to.reason, place: assertion.toPlace });
  if (from.peer === undefined || to.peer === undefined) return undefined;
  const connection = resolveConnection(assertion.connection, to.peer, to.service);
  if (connection.protocol === undefined) {
    problems.push({ message: connection.reason, place: assertion.portPlace });
    return undefined;
  }
  const { protocol, port } = connection;
  const explanation = context.reachability.explain(from.peer, to.peer, protocol, port);
  const flow = { from: from.peer, to: to.peer, protocol, port, explanation };
  const { verdict } = explanation;
  const needsMend = verdict === 'deny' && assertion.expect === 'allow';
  return {
    flow: assertion.written,
    title: `${peerLabel(flow.from)} -> ${peerLabel(flow.to)} ${printConnection(protocol, port)}`,
    expect: assertion.expect,
    explained: {
      ...flow,
      mend: needsMend ? mendOf(flow, context) : undefined,
      reason: verdict === 'unknown' ? undecidedReason(flow, context.findings) : undefined,
    },
    place: assertion.place,
  };
}
