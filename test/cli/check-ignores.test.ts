import { cli, cliOn, folderOf } from './cli-run';

const TRAP = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: trap, namespace: shop }
spec:
  podSelector: { matchLabels: { app: cart } }
  ingress:
    - from:
        - namespaceSelector: { matchLabels: { env: production } }
        - podSelector: { matchLabels: { app: backend } }
`;

async function found(text: string, ...words: string[]): Promise<(readonly [string, number])[]> {
  const { out } = await cliOn(text, 'check', '-', '-o', 'json', '--no-config', ...words);
  const { findings } = JSON.parse(out);
  const about = [
    'and-or-peer',
    'unused-ignore',
    'ignore-without-reason',
    'ignore-unknown-rule',
    'invalid-field',
  ];
  return findings
    .filter(({ id }: { id: string }) => about.includes(id))
    .map(({ id, place }: { id: string; place: { line: number } }) => [id, place.line]);
}

describe('comments that ignore', () => {
  it('are needed: the trap is found at its line', async () => {
    expect(await found(TRAP)).toEqual([['and-or-peer', 9]]);
  });

  it.each([
    [
      'above the line',
      TRAP.replace(
        '        - podSelector',
        '        # intents-ignore and-or-peer: both\n        - podSelector',
      ),
    ],
    ['at its end', TRAP.replace('app: backend } }', 'app: backend } } # intents-ignore and-or-peer: both')],
    ['for the file', `# intents-ignore-file and-or-peer: both\n---\n${TRAP}`],
    [
      'in an annotation',
      TRAP.replace(
        'namespace: shop',
        'namespace: shop, annotations: { intents.cdk8s.io/ignore: "and-or-peer: both" }',
      ),
    ],
  ])('leave it out %s', async (_, text) => {
    expect(text).not.toBe(TRAP);
    expect(await found(text)).toEqual([]);
  });

  it.each([
    ['elsewhere', 'unused-ignore', 'and-or-peer: both'],
    ['without a reason', 'ignore-without-reason', 'and-or-peer'],
    ['of an unknown rule', 'ignore-unknown-rule', 'and-or-pear: both'],
  ])('are findings themselves %s', async (_, id, words) => {
    expect(await found(`# intents-ignore ${words}\n${TRAP}`)).toEqual([
      [id, 1],
      ['and-or-peer', 10],
    ]);
  });

  it('leave errors where they are that say what is refused, and count as of no use', async () => {
    const refused = TRAP.replace(
      'podSelector: { matchLabels: { app: cart } }',
      'podSelector: 1 # intents-ignore invalid-field: no',
    );
    expect(await found(refused)).toEqual([
      ['invalid-field', 5],
      ['unused-ignore', 5],
    ]);
  });

  it('do not make unreadable input readable', async () => {
    const folder = folderOf({ 'a.yaml': '# intents-ignore-file invalid-yaml: no\na: [' });
    const { code } = await cli([
      'check',
      folder,
      '--keep-going',
      '--rule',
      'invalid-yaml=off',
      '--no-config',
    ]);
    expect(code).toBe(2);
  });
});
