import { DataplaneEngine, withPackets } from '../engine';
import { compare, report, smallest, type Comparison } from './compare';
import { clusterOf, OPPONENTS } from './opponent';
import { questionsOf } from './probes';

/** Clusters of each family; by default at least 300 for each engine. `DATAPLANE_SEED=17 DATAPLANE_RUNS=1` runs one again. */
const RUNS = Number(process.env['DATAPLANE_RUNS'] ?? 0);
const FIRST = Number(process.env['DATAPLANE_SEED'] ?? 1);
const AT_LEAST = 300;
const MOST_REPORTS = 5;
const HOURS = 3_600_000;

withPackets.each(OPPONENTS)('$engine', (opponent) => {
  let engine: DataplaneEngine;
  beforeAll(async () => {
    engine = await DataplaneEngine.connect(opponent.engine);
  });
  afterAll(() => engine.leave());
  const runs = RUNS > 0 ? RUNS : Math.ceil(AT_LEAST / opponent.families.length);

  it.each(opponent.families)(
    `and the evaluator agree on every packet of ${String(runs)} generated %s clusters from seed ${String(FIRST)} on`,
    async (family) => {
      const reports: string[] = [];
      let [agreed, open, allowed] = [0, 0, 0];
      for (let seed = FIRST; seed < FIRST + runs && reports.length < MOST_REPORTS; seed++) {
        const again = `DATAPLANE_SEED=${String(seed)} DATAPLANE_RUNS=1 npm run test:dataplane -- test/dataplane/generated -t '${opponent.engine} .* ${family} '`;
        const cluster = clusterOf(opponent, family, seed);
        const asked = questionsOf(cluster, seed);
        const attempt = (): Promise<Comparison> => compare(engine, opponent, cluster, asked);
        const result = await attempt()
          .catch(afterRestart(attempt))
          .catch((error: unknown) => {
            reports.push(`${again}\n${String(error)}`);
          });
        if (result === undefined) continue;
        agreed += result.agreed;
        open += result.open;
        allowed += result.allowed;
        const [first] = result.differing;
        if (first !== undefined)
          reports.push(report(again, first, await smallest(engine, opponent, cluster, first)));
      }
      process.stderr.write(
        `${opponent.engine}, ${family}, seeds ${String(FIRST)} to ${String(FIRST + runs - 1)}: ${String(agreed)} packets as we say (${String(allowed)} arrived), ${String(open)} left open\n`,
      );
      expect(reports).toEqual([]);
      // One that is open without a reason is a disagreement; these have one (evaluator.ts).
      expect(open).toBeLessThan((agreed + open) / 10 + 100);
    },
    3 * HOURS,
  );
});

withPackets('nfqueue, in its own process', () => {
  it('judges without packets what it does with packets', async () => {
    const engine = await DataplaneEngine.connect('nfqueue');
    const opponent = OPPONENTS.find((one) => one.engine === 'nfqueue');
    if (opponent === undefined) throw new Error('there is no such opponent');
    for (const family of opponent.families) {
      for (let seed = FIRST; seed < FIRST + 10; seed++) {
        const cluster = clusterOf(opponent, family, seed);
        const { questions, outside } = questionsOf(cluster, seed);
        expect(await engine.cluster(opponent.objects(cluster), outside)).toEqual([]);
        const probes = questions.map(({ probe }) => probe);
        const verdicts = (results: readonly { readonly verdict: string }[]): string[] =>
          results.map(({ verdict }) => verdict);
        expect(verdicts(await engine.judge(probes))).toEqual(verdicts(await engine.probe(probes)));
      }
    }
    await engine.leave();
  });
});

/**
 * Asks a fresh engine once more when the last one has ended itself, which Felix does after some changes from one cluster
 * to the next (see nftables-rules.ts). The same cluster twice is a failure.
 */
function afterRestart(attempt: () => Promise<Comparison>): (error: unknown) => Promise<Comparison> {
  return (error) => {
    if (!String(error).includes('ended with code')) throw error;
    process.stderr.write(`asked again after ${String(error).slice(0, 160)}\n`);
    return attempt();
  };
}
