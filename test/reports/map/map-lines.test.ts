import { isDetailed, itemsOf, linesOf, type MapLine } from '../../../src/reports/map/map-lines';
import type { MapData } from '../../../src/reports/map/map-data';
import { deployment, mapOfText, policy } from './map-world';

const SAME_NAMESPACE = 'ingress: [{ from: [{ podSelector: {} }] }]';

function named(data: MapData, lines: readonly MapLine[]): string[] {
  const name = ({ type, index }: MapLine['from']): string =>
    type === 'everyone'
      ? 'everyone'
      : ((type === 'node' ? data.nodes[index]?.name : `[${data.groups[index]?.name ?? ''}]`) ?? '');
  return lines.map(({ from, to, look, pairs }) => `${name(from)} > ${name(to)} ${look} ${pairs}`).sort();
}

function many(count: number, namespaces: number): string {
  return Array.from({ length: count }, (_, index) => deployment(`w${index}`, `n${index % namespaces}`)).join(
    '',
  );
}

describe('lines of a map', () => {
  it('are drawn one by one where they are few', () => {
    const data = mapOfText(
      ['a', 'b', 'c'].map((name) => deployment(name)).join('') + policy('c', 'c', SAME_NAMESPACE),
    );
    expect(named(data, linesOf(data, { side: 'after' }))).toEqual(['a > c allowed 1', 'b > c allowed 1']);
  });

  it('come from the frame where many of it may connect', () => {
    const data = mapOfText(many(9, 1) + deployment('db', 'n0') + policy('db', 'db', SAME_NAMESPACE, 'n0'));
    expect(named(data, linesOf(data, { side: 'after' }))).toEqual(['[n0] > db allowed 9']);
  });

  it('are never drawn among open workloads, unless one looks at one of them', () => {
    const data = mapOfText(many(40, 4));
    expect(linesOf(data, { side: 'after' })).toEqual([]);
    const focused = linesOf(data, { side: 'after', focus: { type: 'node', index: 0 } });
    expect(named(data, focused)).toEqual(['everyone > w0 open 40', 'w0 > everyone open 40']);
  });

  it('go between frames only where they are many, and one by one when one looks at a workload', () => {
    const policies = [1, 2]
      .map((index) =>
        policy(
          'all',
          undefined,
          'ingress: [{ from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": n0 } } }] }]',
          `n${index}`,
        ),
      )
      .join('');
    const data = mapOfText(many(160, 4) + policies);
    expect(isDetailed(data)).toBe(false);
    const lines = named(data, linesOf(data, { side: 'after' }));
    expect(lines).toEqual(['[n0] > [n1] allowed 1600', '[n0] > [n2] allowed 1600']);
    const one = data.nodes.findIndex(({ group }) => data.groups[group]?.name === 'n1');
    expect(
      named(
        data,
        linesOf(data, { side: 'after', focus: { type: 'node', index: one } }).filter(
          ({ look }) => look === 'allowed',
        ),
      ),
    ).toEqual([`[n0] > ${data.nodes[one]?.name ?? ''} allowed 40`]);
  });

  it('of a change that isolates all are one each, and not one for each pair', () => {
    const deny = [0, 1, 2, 3]
      .map((index) => policy('deny', undefined, 'policyTypes: [Ingress]', `n${index}`))
      .join('');
    const data = mapOfText(many(40, 4) + deny, many(40, 4));
    const lines = linesOf(data, { side: 'changes', focus: { type: 'node', index: 0 } });
    expect(named(data, lines)).toEqual(['everyone > w0 removed 40', 'w0 > everyone removed 39']);
    expect(linesOf(data, { side: 'changes' }).length).toBe(40);
  });

  it('show what changed instead of what is left between the same ends', () => {
    const before = deployment('a') + deployment('b') + policy('b', 'b', SAME_NAMESPACE);
    const after = before.replace('podSelector: {} }] }', 'podSelector: {} }], ports: [{ port: 80 }] }');
    const data = mapOfText(after, before);
    expect(itemsOf(data, { side: 'changes' }).map(({ look }) => look)).toEqual(['same', 'removed']);
    expect(named(data, linesOf(data, { side: 'changes' }))).toEqual(['a > b removed 1']);
    expect(named(data, linesOf(data, { side: 'before' }))).toEqual(['a > b allowed 1']);
  });

  it('of what cannot be decided look so', () => {
    const text =
      deployment('a') +
      deployment('b') +
      policy('b', 'b', 'ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }]') +
      `---\napiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: { name: g }\nspec: { order: 1, selector: "app == 'b'", types: [Ingress], ingress: [{ action: Allow, source: { domains: [x.example] } }] }\n`;
    const data = mapOfText(text);
    const looks = new Set(linesOf(data, { side: 'after' }).map(({ look }) => look));
    expect([...looks].every((look) => look === 'allowed' || look === 'undecided')).toBe(true);
  });
});
