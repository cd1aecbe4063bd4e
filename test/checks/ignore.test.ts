import { annotationIgnores, readIgnores, type IgnoreScope } from '../../src/checks/ignore';
import { applyIgnores } from '../../src/checks/apply-ignores';
import type { Finding } from '../../src/model/finding';
import { NOWHERE, type Place } from '../../src/model/place';
import { resourcesOf } from '../policies/resource-fixture';

const LINE: IgnoreScope = { type: 'line', file: 'a.yaml', line: 3 };

function read(words: string, scope = LINE): ReturnType<typeof readIgnores> {
  return readIgnores([{ words, scope, place: NOWHERE }]);
}

function at(line: number, file = 'a.yaml'): Place {
  const place: Place = { file, line, at: () => place };
  return place;
}

function finding(id: string, place: Place, rest: Partial<Finding> = {}): Finding {
  return { id, severity: 'warning', message: id, mend: '', place, ...rest };
}

describe('an ignore', () => {
  it('names rules and a reason, which may have colons', () => {
    expect(read('and-or-peer, dns-udp-only: see: the wiki')).toEqual({
      ignores: [{ rules: ['and-or-peer', 'dns-udp-only'], scope: LINE, place: NOWHERE }],
      findings: [],
    });
  });

  it.each(['and-or-peer', 'and-or-peer:', 'and-or-peer: ', 'and-or-peer because', ''])(
    'without a reason ignores nothing: %j',
    (words) => {
      const { ignores, findings } = read(words);
      expect(ignores).toEqual([]);
      expect(findings).toMatchObject([{ id: 'ignore-without-reason', severity: 'warning' }]);
    },
  );

  it('of an unknown rule proposes the nearest, and keeps the others', () => {
    const { ignores, findings } = read('and-or-peers, dns-udp-only: why');
    expect(ignores).toMatchObject([{ rules: ['dns-udp-only'] }]);
    expect(findings).toMatchObject([{ id: 'ignore-unknown-rule', mend: 'Did you mean and-or-peer?' }]);
    expect(read(': why').findings).toMatchObject([{ id: 'ignore-unknown-rule' }]);
    expect(read('constructor: why').findings).toMatchObject([{ id: 'ignore-unknown-rule' }]);
  });

  it('stands in an annotation, a line for each', () => {
    const [resource] = resourcesOf(
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  namespace: b\n  annotations:\n    intents.cdk8s.io/ignore: |\n      and-or-peer: one\n\n      dns-udp-only: two\n',
    );
    expect(annotationIgnores(resource === undefined ? [] : [resource])).toMatchObject([
      { words: 'and-or-peer: one', scope: { type: 'object', object: 'ConfigMap/b/a' } },
      { words: 'dns-udp-only: two', scope: { type: 'object', object: 'ConfigMap/b/a' } },
    ]);
  });

  it('that is empty in an annotation is said once', () => {
    const resources = resourcesOf(
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, annotations: { intents.cdk8s.io/ignore: "" } }\n',
    );
    expect(readIgnores(annotationIgnores(resources)).findings).toMatchObject([
      { id: 'ignore-without-reason' },
    ]);
  });
});

describe('ignores applied', () => {
  const ignoreOf = (scope: IgnoreScope, ...rules: string[]) => ({ rules, scope, place: NOWHERE });

  it('leave out findings of the rule at the line, and no others', () => {
    const [meant, otherLine, otherFile, otherRule] = [
      finding('and-or-peer', at(3)),
      finding('and-or-peer', at(4)),
      finding('and-or-peer', at(3, 'b.yaml')),
      finding('dns-udp-only', at(3)),
    ];
    const { kept, unused } = applyIgnores(
      [meant, otherLine, otherFile, otherRule],
      [ignoreOf(LINE, 'and-or-peer')],
    );
    expect(kept).toEqual([otherLine, otherFile, otherRule]);
    expect(unused).toEqual([]);
  });

  it('leave out by file, by object and by pattern', () => {
    const one = finding('and-or-peer', at(1, 'x/a.yaml'), { object: 'NetworkPolicy/shop/a' });
    const scopes: IgnoreScope[] = [
      { type: 'file', file: 'x/a.yaml' },
      { type: 'object', object: 'NetworkPolicy/shop/a' },
      { type: 'pattern', object: 'NetworkPolicy/*/a', files: ['x/*'] },
      { type: 'pattern' },
    ];
    for (const scope of scopes)
      expect(applyIgnores([one], [ignoreOf(scope, 'and-or-peer')]).kept).toEqual([]);
    const misses: IgnoreScope[] = [
      { type: 'pattern', object: 'NetworkPolicy/*/b', files: ['x/*'] },
      { type: 'pattern', object: 'NetworkPolicy/*/a', files: ['y/*'] },
    ];
    for (const scope of misses)
      expect(applyIgnores([one], [ignoreOf(scope, 'and-or-peer')]).kept).toEqual([one]);
  });

  it('say of each rule whether it was of use', () => {
    const { unused } = applyIgnores(
      [finding('and-or-peer', at(3))],
      [ignoreOf(LINE, 'and-or-peer', 'dns-udp-only'), ignoreOf(LINE, 'dns-tcp-only')],
      { isOff: (rule) => rule === 'dns-tcp-only' },
    );
    expect(unused.map(({ rule }) => rule)).toEqual(['dns-udp-only']);
  });

  it('never hide an error that is no judgement of a check', () => {
    const refused = finding('invalid-field', at(3), { severity: 'error' });
    const judged = finding('and-or-peer', at(3), { severity: 'error' });
    const { kept, unused } = applyIgnores(
      [refused, judged],
      [ignoreOf(LINE, 'invalid-field', 'and-or-peer')],
    );
    expect(kept).toEqual([refused]);
    expect(unused).toMatchObject([{ rule: 'invalid-field', refused: true }]);
  });
});
