import type { Probe, ProbeResult } from '../protocol';
import { compare, report, smallest, type RunningEngine } from './compare';
import type { Manifest } from '../../oracle/manifest';
import { evaluatorOf } from './evaluator';
import { clusterOf, OPPONENTS, type Opponent } from './opponent';
import { questionsOf } from './probes';

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

  describe('of which the second sending would say something else', () => {
    const SILENCE: ProbeResult = { verdict: 'deny', reason: 'nothing came back' };
    const REFUSED: ProbeResult = { verdict: 'deny', reason: 'refused: administratively prohibited' };
    const ARRIVED: ProbeResult = { verdict: 'allow' };
    const opponent = opponentOf('nfqueue');
    const cluster = clusterOf(opponent, 'kubernetes', 2);

    /** How often the packet was told of, and what is held against the engine that answers one after the other. */
    const asked = async (
      ours: 'allow' | 'deny',
      first: ProbeResult,
      then: ProbeResult,
    ): Promise<{ readonly differing: readonly string[]; readonly told: number; readonly agreed: number }> => {
      const all = questionsOf(cluster, 2);
      const denied = new Set(
        (await compare(OPEN, opponent, cluster, all)).differing.map(({ question }) => question),
      );
      const question = all.questions.find((one) => denied.has(one) === (ours === 'deny'));
      if (question === undefined) throw new Error('the cluster has both kinds of packets');
      let turns = 0;
      const engine: RunningEngine = {
        ...OPEN,
        probe: (probes) => Promise.resolve(probes.map(() => (turns++ === 0 ? first : then))),
      };
      const said = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
      const result = await compare(engine, opponent, cluster, { questions: [question], outside: [] });
      const told = said.mock.calls.length;
      said.mockRestore();
      return { differing: result.differing.map(({ theirs }) => theirs), told, agreed: result.agreed };
    };

    it('is none when nothing came back the first time, and told', async () => {
      expect(await asked('allow', SILENCE, ARRIVED)).toEqual({ differing: [], told: 1, agreed: 1 });
    });

    it('is one when it was refused aloud and would arrive the next time', async () => {
      expect(await asked('allow', REFUSED, ARRIVED)).toEqual({ differing: ['deny'], told: 0, agreed: 0 });
    });

    it('is one when it has passed once', async () => {
      expect(await asked('deny', ARRIVED, REFUSED)).toEqual({ differing: ['allow'], told: 0, agreed: 0 });
      expect(await asked('deny', SILENCE, ARRIVED)).toEqual({ differing: ['allow'], told: 1, agreed: 0 });
    });

    it('is one when nothing comes back twice where it is to arrive', async () => {
      expect(await asked('allow', SILENCE, SILENCE)).toEqual({ differing: ['deny'], told: 1, agreed: 0 });
    });
  });

  it('is one that the evaluator leaves open for no reason that manifests have', () => {
    const opponent = opponentOf('calico');
    const words = new Set<string>();
    for (let seed = 1; seed < 40; seed++) {
      const cluster = clusterOf(opponent, 'mixed', seed);
      const { verdict } = evaluatorOf(cluster, opponent.cni);
      const { questions } = questionsOf(cluster, seed);
      for (const question of questions) words.add(verdict(question));
    }
    expect([...words].sort()).toEqual(['allow', 'deny', 'open']);
    // With an ICMP code nothing that nftables denies is sure, whatever the packet.
    const clusters = Array.from({ length: 5 }, (_, seed) => clusterOf(opponent, 'kubernetes', seed + 1));
    const down: Manifest = {
      apiVersion: 'projectcalico.org/v3',
      kind: 'GlobalNetworkPolicy',
      metadata: { name: 'code' },
      spec: {
        selector: "app == 'nobody'",
        types: ['Ingress'],
        ingress: [{ action: 'Allow', protocol: 'ICMP', icmp: { type: 8, code: 0 } }],
      },
    };
    const said = clusters.flatMap((cluster) => {
      const broken = { ...cluster, manifests: [...cluster.manifests, down] };
      return questionsOf(cluster, 1).questions.map(evaluatorOf(broken, 'calico-nftables').verdict);
    });
    expect(said).toContain('unexplained');
  });
});
