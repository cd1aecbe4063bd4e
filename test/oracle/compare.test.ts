import { disagreement, report, type Open } from './compare';
import { FAMILIES, generate } from './generate';
import type { Manifest } from './manifest';
import { verdict, type Verdict } from './packet';

/** A judge that is the oracle itself, but reads the manifests through a mistake. */
function mistaken(
  mistake: (manifest: Manifest) => Manifest[],
  answer: (verdict: Verdict) => Verdict = (same) => same,
): Open {
  return (manifests, options) => {
    const read = manifests.flatMap(mistake);
    return { problems: [], verdict: (packet) => answer(verdict(read, packet, options)) };
  };
}

describe('the comparison with the oracle', () => {
  it('generates the same cluster for the same seed', () => {
    for (const family of FAMILIES) expect(generate(family, 7)).toEqual(generate(family, 7));
  });

  it('finds no disagreement of the oracle with itself', () => {
    for (const family of FAMILIES) {
      for (let seed = 1; seed <= 20; seed++)
        expect(
          disagreement(
            generate(family, seed),
            mistaken((same) => [same]),
            40,
          ),
        ).toBeUndefined();
    }
  });

  it.each<[string, (manifest: Manifest) => Manifest[]]>([
    ['forgets policies', (manifest) => (manifest.kind === 'GlobalNetworkPolicy' ? [] : [manifest])],
    [
      'forgets network sets',
      (manifest) =>
        manifest.kind === 'GlobalNetworkSet' || manifest.kind === 'NetworkSet' ? [] : [manifest],
    ],
    ['forgets tiers', (manifest) => (manifest.kind === 'Tier' ? [{ ...manifest, spec: {} }] : [manifest])],
    ['forgets Services', (manifest) => (manifest.kind === 'Service' ? [] : [manifest])],
    ['forgets service accounts', (manifest) => (manifest.kind === 'ServiceAccount' ? [] : [manifest])],
  ])('finds a judge that %s', (_, mistake) => {
    const seeds = Array.from({ length: 150 }, (_none, index) => index + 1);
    expect(
      seeds.some((seed) => disagreement(generate('calico', seed), mistaken(mistake), 60) !== undefined),
    ).toBe(true);
  });

  it('finds a judge that guesses where nothing is certain', () => {
    const guess = mistaken(
      (same) => [same],
      (answer) => (answer === 'undecided' ? 'deny' : answer),
    );
    const seeds = Array.from({ length: 60 }, (_, index) => index + 1);
    expect(seeds.some((seed) => disagreement(generate('kubernetes', seed), guess, 60) !== undefined)).toBe(
      true,
    );
  });

  it('reports the smallest cluster that still disagrees, and how to run it again', () => {
    const open = mistaken((manifest) => (manifest.apiVersion === 'networking.k8s.io/v1' ? [] : [manifest]));
    const scenario = generate('kubernetes', 3);
    const found = disagreement(scenario, open, 60);
    if (found === undefined) throw new Error('seed 3 shows nothing: choose another');
    const lines = report(scenario, found, open).split('\n');
    expect(lines[0]).toContain('ORACLE_SEED=3');
    expect(lines.filter((line) => line.startsWith('{')).length).toBeLessThan(5);
  });
});
