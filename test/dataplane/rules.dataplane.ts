import { compareOn, verdictOf } from './compare';
import { DataplaneEngine, withPackets } from './engine';
import { expectations, gridWith } from './grid';
import { CALICO_RULES } from './rules/calico-rules';
import { KUBERNETES_RULES } from './rules/kubernetes-rules';
import type { RuleCase } from './rules/rule-case';
import { TIER_RULES } from './rules/tier-rules';
import { probesOf, type Stage } from './stage';
import type { Probe } from './protocol';

const FAMILIES: readonly (readonly [string, readonly RuleCase[]])[] = [
  ['NetworkPolicy', KUBERNETES_RULES],
  ["Calico's rules", CALICO_RULES],
  ['order and tiers', TIER_RULES],
];

withPackets.each(FAMILIES)('packets show %s', (_, cases) => {
  let engine: DataplaneEngine;
  beforeAll(async () => {
    engine = await DataplaneEngine.connect('calico');
  });
  afterAll(() => engine.leave());

  it.each(cases)('$name', async ({ policies, expect: lines }) => {
    const stage = gridWith(policies);
    const expected = expectations(lines);
    const { differing, unexplained, compared } = await compareOn(engine, stage, [
      ...expected.map(({ probe }) => probe),
      ...probesOf(stage),
    ]);
    expect(differing).toEqual([]);
    expect(unexplained).toEqual([]);
    expect(compared).toBeGreaterThan(500);
    const results = await engine.probe(expected.map(({ probe }) => probe));
    expect(
      expected.map(({ line }, index) => `${line.replace(/\S+$/, '')}${results[index]?.verdict ?? ''}`),
    ).toEqual(lines);
    const alone = { 4: gridWith(policies, { version: 4 }), 6: gridWith(policies, { version: 6 }) };
    const ours = expected.map(({ probe }) => evaluated(alone[probe.from.includes(':') ? 6 : 4], probe));
    expect(expected.map(({ line }, index) => `${line.replace(/\S+$/, '')}${ours[index] ?? ''}`)).toEqual(
      lines,
    );
  });
});

function evaluated({ ends, reachability }: Stage, probe: Probe): string {
  const [sender, receiver] = [ends.get(probe.from), ends.get(probe.to)];
  if (sender === undefined || receiver === undefined)
    throw new Error(`nobody has ${probe.from} or ${probe.to}`);
  return verdictOf(reachability, sender, receiver, probe);
}
