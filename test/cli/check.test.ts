import { cli, cliOn, folderOf } from './cli-run';
import { parseChecked } from './json-schema';
import { SHOP } from './shop';

const TRAP = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: trap, namespace: shop }
spec:
  podSelector: { matchLabels: { app: cart } }
  ingress:
    - from:
        - namespaceSelector: { matchLabels: { env: production } }
        - podSelector: { matchLabels: { app: backend } }
`;

describe('intents check of exceptions that were rendered', () => {
  const exception = (expires: string): string => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: external-access-partner
  namespace: shop
  annotations:
    cdk8s-intents/expires: "${expires}"
    cdk8s-intents/owner: team-cart
    cdk8s-intents/reason: Callbacks
spec:
  podSelector: { matchLabels: { app: cart } }
  ingress: [{ from: [{ ipBlock: { cidr: 203.0.113.0/24 } }], ports: [{ port: 7070 }] }]
`;
  async function said(expires: string): Promise<string[]> {
    const input = SHOP + exception(expires);
    const { out } = await cli(['check', '-', '-o', 'json'], {
      stdin: () => input,
      today: () => '2026-06-01',
    });
    const { findings } = parseChecked('check', out) as {
      findings: { id: string; severity: string; message: string }[];
    };
    return findings
      .filter(({ message }) => message.includes('exception'))
      .map(({ severity, id, message }) => `${severity} ${id}: ${message}`);
  }

  it.each([
    [
      '2026-05-31',
      'error external-access-expired: The exception NetworkPolicy/shop/external-access-partner ended on 2026-05-31 (team-cart: Callbacks)',
    ],
    [
      '2026-06-01',
      'warning external-access-expires-soon: The exception NetworkPolicy/shop/external-access-partner ends today, on 2026-06-01 (team-cart: Callbacks)',
    ],
    [
      '2026-06-15',
      'warning external-access-expires-soon: The exception NetworkPolicy/shop/external-access-partner ends in 14 days, on 2026-06-15 (team-cart: Callbacks)',
    ],
    ['2026-06-16', undefined],
    ['never', undefined],
    [
      'soon',
      'warning invalid-field: The annotation cdk8s-intents/expires is "soon", which is no day, so the exception never ends',
    ],
  ])('goes by the day of their annotation: %s', async (expires, line) => {
    expect(await said(expires)).toEqual(line === undefined ? [] : [line]);
  });
});

describe('intents check', () => {
  it('lists findings with object, line and mend', async () => {
    const { out, code } = await cliOn(SHOP + TRAP, 'check', '-', '-o', 'json');
    const { findings } = parseChecked('check', out);
    expect(findings).toContainEqual(
      expect.objectContaining({
        id: 'and-or-peer',
        severity: 'warning',
        object: 'NetworkPolicy/shop/trap',
        place: { file: 'stdin', line: 48 },
      }),
    );
    expect(code).toBe(0);
  });

  it('fails on more warnings than allowed', async () => {
    expect((await cliOn(SHOP + TRAP, 'check', '-', '--max-warnings', '0')).code).toBe(1);
    expect((await cliOn(SHOP + TRAP, 'check', '-', '--max-warnings', '9')).code).toBe(0);
    expect((await cliOn(SHOP + TRAP, 'check', '-', '--strict')).code).toBe(1);
  });

  it('fails on an error whatever is allowed', async () => {
    const wrong = TRAP.replace('app: cart', 'app: "no value can have blanks"');
    expect((await cliOn(SHOP + wrong, 'check', '-', '--max-warnings', '99')).code).toBe(1);
  });

  it('prints SARIF with the line as region, and JUnit with a failure for each warning', async () => {
    const { out: sarif } = await cliOn(SHOP + TRAP, 'check', '-', '-o', 'sarif');
    const [run] = JSON.parse(sarif).runs;
    expect(run.results).toContainEqual(
      expect.objectContaining({
        ruleId: 'and-or-peer',
        level: 'warning',
        locations: [
          {
            physicalLocation: { artifactLocation: { uri: 'stdin' }, region: { startLine: 48 } },
            logicalLocations: [{ fullyQualifiedName: 'NetworkPolicy/shop/trap', kind: 'object' }],
          },
        ],
      }),
    );
    const { out: junit } = await cliOn(SHOP + TRAP, 'check', '-', '-o', 'junit');
    expect(junit).toMatch(
      /<testcase name="and-or-peer NetworkPolicy\/shop\/trap"[^>]*line="48">\n *<failure type="warning"/,
    );
  });

  it('checks the rest of broken input only when told to, and still ends with 2', async () => {
    const folder = folderOf({ 'a.yaml': SHOP, 'b.yaml': 'a: [' });
    expect(await cli(['check', folder])).toMatchObject({ code: 2, out: '' });
    const went = await cli(['check', folder, '--keep-going']);
    expect(went.code).toBe(2);
    expect(went.out).toContain('b.yaml:1');
  });
});
