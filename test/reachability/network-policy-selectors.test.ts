import { netpol, pod, World } from './world';

/** network-policy-semantics section 2.1, items 6, 11 and 12. */
describe('selectors of a NetworkPolicy', () => {
  const ab = pod('app', 'a', 'app: a') + pod('app', 'b', 'app: b') + pod('other', 'c', 'app: c');

  describe('item 6: peers', () => {
    const pods = ab + pod('other', 'a2', 'app: a');
    const from = (peers: string): World =>
      new World(
        pods +
          netpol('app', 'p', `podSelector: { matchLabels: { app: b } }, ingress: [{ from: [${peers}] }]`),
      );
    const answers = (world: World): string[] =>
      ['app/a', 'other/a2', 'other/c', '1.2.3.4'].map((peer) => world.ask(peer, 'app/b'));

    it.each([
      [
        'podSelector alone stays in the namespace',
        '{ podSelector: { matchLabels: { app: a } } }',
        ['allow', 'deny', 'deny', 'deny'],
      ],
      [
        'namespaceSelector alone is all its pods',
        '{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: other } } }',
        ['deny', 'allow', 'allow', 'deny'],
      ],
      [
        'both in one item are AND',
        '{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: other } }, podSelector: { matchLabels: { app: a } } }',
        ['deny', 'allow', 'deny', 'deny'],
      ],
      [
        'two items are OR',
        '{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: other } } }, { podSelector: { matchLabels: { app: a } } }',
        ['allow', 'allow', 'allow', 'deny'],
      ],
      ['an empty podSelector is the own namespace', '{ podSelector: {} }', ['allow', 'deny', 'deny', 'deny']],
      [
        'an empty namespaceSelector is every pod',
        '{ namespaceSelector: {} }',
        ['allow', 'allow', 'allow', 'deny'],
      ],
    ])('%s', (_, peers, expected) => {
      expect(answers(from(peers))).toEqual(expected);
    });
  });

  it('item 11: NotIn and DoesNotExist match pods without the key, and an empty value is a value', () => {
    const pods =
      pod('app', 'bare', 'x: y') +
      pod('app', 'empty', 'app: ""') +
      pod('app', 'a', 'app: a') +
      pod('app', 't', 't: t');
    const from = (expression: string): string[] => {
      const world = new World(
        pods +
          netpol(
            'app',
            'p',
            `podSelector: { matchLabels: { t: t } }, ingress: [{ from: [{ podSelector: { matchExpressions: [${expression}] } }] }]`,
          ),
      );
      return ['app/bare', 'app/empty', 'app/a'].map((peer) => world.ask(peer, 'app/t'));
    };
    expect(from('{ key: app, operator: NotIn, values: [a] }')).toEqual(['allow', 'allow', 'deny']);
    expect(from('{ key: app, operator: DoesNotExist }')).toEqual(['allow', 'deny', 'deny']);
    expect(from('{ key: app, operator: Exists }')).toEqual(['deny', 'allow', 'allow']);
    expect(from('{ key: app, operator: In, values: [""] }')).toEqual(['deny', 'allow', 'deny']);
  });

  it('labels named like members of every object are labels like others', () => {
    const world = new World(
      pod('app', 'odd', 'constructor: x') +
        pod('app', 't', 't: t') +
        netpol(
          'app',
          'p',
          'podSelector: { matchLabels: { t: t } }, ingress: [{ from: [{ podSelector: { matchExpressions: [{ key: constructor, operator: Exists }] } }] }]',
        ),
    );
    expect(world.ask('app/odd', 'app/t')).toBe('allow');
    expect(world.ask('app/t', 'app/odd')).toBe('allow');
    const none = new World(
      ab + netpol('app', 'p', 'podSelector: { matchExpressions: [{ key: constructor, operator: Exists }] }'),
    );
    expect(none.isolatedBy('app/a', 'ingress')).toEqual([]);
  });

  it('item 12: a namespace without a manifest carries its name as a label', () => {
    const world = new World(
      ab +
        netpol(
          'app',
          'p',
          'podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: other } } }] }]',
        ),
    );
    expect(world.ask('other/c', 'app/a')).toBe('allow');
    expect(world.ask('app/b', 'app/a')).toBe('deny');
  });
});
