import type { Probe, ProbeResult } from '../protocol';
import { compare, report, smallest, type RunningEngine } from './compare';
import { clusterOf, OPPONENTS, type Opponent } from './opponent';
import { questionsOf, type Question } from './probes';

/** An engine that lets every packet through: what the evaluator denies differs. */
const OPEN: RunningEngine = {
  cluster: () => Promise.resolve([]),
  probe: (probes: readonly Probe[]): Promise<readonly ProbeResult[]> =>
    Promise.resolve(probes.map(() => ({ verdict: 'allow' as const }))),
};

function opponentOf(name: string): Opponent {
  const found = OPPONENTS.find(({ engine }) => engine === name);
  if (found === undefined) throw new Error(`there is no opponent ${name}`);
  return found;
}

describe('a disagreement about a generated cluster', () => {
  it('is told with the smallest cluster that shows it: two ends, and what denies', async () => {
    const opponent = opponentOf('nfqueue');
    let shrunk = 0;
    for (let seed = 1; seed < 12 && shrunk < 3; seed++) {
      const cluster = clusterOf(opponent, 'kubernetes', seed);
      const { differing } = await compare(OPEN, opponent, cluster, questionsOf(cluster, seed));
      const between = differing.find(
        ({ question: { packet } }) => !('ip' in packet.from) && !('ip' in packet.to),
      );
      if (between === undefined) continue;
      shrunk += 1;
      const small = await smallest(OPEN, opponent, cluster, between);
      const kinds = small.manifests.map(({ kind }) => kind).sort();
      expect(kinds).toEqual(['NetworkPolicy', 'Pod', 'Pod']);
      const [policy] = small.manifests.filter(({ kind }) => kind === 'NetworkPolicy');
      expect(JSON.stringify(policy).length).toBeLessThan(260);
      const again = await compare(OPEN, opponent, small, { questions: [between.question], outside: [] });
      expect(again.differing).toEqual([between]);
      expect(report('npm run …', between, small).split('\n')).toHaveLength(4 + 3);
    }
    expect(shrunk).toBe(3);
  });

  it('is none when a packet was lost once, and is one when a packet has passed once', async () => {
    const opponent = opponentOf('nfqueue');
    const cluster = clusterOf(opponent, 'kubernetes', 1);
    const all = questionsOf(cluster, 1);
    const { differing } = await compare(OPEN, opponent, cluster, all);
    const denied = new Set(differing.map(({ question }) => question));
    const lost = all.questions.find((question) => !denied.has(question));
    const [passed] = differing;
    if (lost === undefined || passed === undefined) throw new Error('the cluster has both kinds of packets');
    const once = (first: ProbeResult['verdict']): RunningEngine => {
      let turns = 0;
      const verdict = (): ProbeResult['verdict'] =>
        (turns++ === 0) === (first === 'allow') ? 'allow' : 'deny';
      return { ...OPEN, probe: (probes) => Promise.resolve(probes.map(() => ({ verdict: verdict() }))) };
    };
    const asked = async (question: Question, first: ProbeResult['verdict']): Promise<number> =>
      (await compare(once(first), opponent, cluster, { questions: [question], outside: [] })).differing
        .length;
    const said = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(await asked(lost, 'deny')).toBe(0);
    expect(said).toHaveBeenCalledTimes(1);
    expect(await asked(passed.question, 'allow')).toBe(1);
    said.mockRestore();
  });
});
