import type { ValidationReport, ValidationViolation } from '../../src/validation/validation-context';
import { IntentsValidation } from '../../src/validation/intents-validation';
import { folderOf } from '../cli/cli-run';
import { SHOP } from '../cli/shop';

const home = process.cwd();

afterEach(() => {
  process.chdir(home);
});

interface Submitted {
  readonly violations: readonly ValidationViolation[];
  readonly status: string | undefined;
  readonly metadata: Readonly<Record<string, string>> | undefined;
}

/** Runs the plugin on these files, with properties as YAML has them. */
async function validate(
  files: Readonly<Record<string, string>>,
  properties: ConstructorParameters<typeof IntentsValidation>[0] = {},
): Promise<Submitted> {
  process.chdir(folderOf(files));
  const violations: ValidationViolation[] = [];
  const submitted: Pick<Submitted, 'status' | 'metadata'>[] = [];
  const report: ValidationReport = {
    addViolation: (violation) => void violations.push(violation),
    submit: (status, metadata) => void submitted.push({ status, metadata }),
  };
  const manifests = Object.keys(files).filter((name) => !name.startsWith('flows'));
  await new IntentsValidation(properties).validate({ manifests, report });
  expect(submitted).toHaveLength(1);
  return { violations, status: submitted[0]?.status, metadata: submitted[0]?.metadata };
}

/** DNS over UDP only: a warning. */
const egress = (name: string): string => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec:
  podSelector: { matchLabels: { app: frontend } }
  policyTypes: [Egress]
  egress:
    - to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }, podSelector: { matchLabels: { k8s-app: kube-dns } } }]
      ports: [{ protocol: UDP, port: 53 }]
`;
const WARNED = SHOP + egress('out');

const FLOWS = `flows:
  - { from: shop/frontend, to: shop/cart, port: 7070, expect: allow }
  - { from: tools/probe, to: shop/cart, port: 7070, expect: deny }
`;

describe('the validation plugin', () => {
  it('finds nothing to fail for in policies that are fine', async () => {
    const { status, metadata } = await validate({ 'shop.k8s.yaml': SHOP });
    expect(status).toBe('success');
    expect(metadata).toMatchObject({ Manifests: '1', Errors: '0' });
    expect(metadata).not.toHaveProperty('Flows');
  });

  it('names rule, object, line and mend of a finding', async () => {
    const { violations } = await validate({ 'shop.k8s.yaml': WARNED });
    const found = violations.find(({ ruleName }) => ruleName === 'dns-udp-only');
    expect(found).toMatchObject({
      recommendation: expect.stringMatching(/^warning: /),
      violatingResources: [
        {
          resourceName: 'out',
          manifestPath: 'shop.k8s.yaml',
          locations: [expect.stringMatching(/^NetworkPolicy\/shop\/out, line \d+: ./)],
        },
      ],
    });
    expect(found?.fix).not.toBe('');
  });

  it('leaves out what annotations and comments ignore with a reason', async () => {
    const rules = async (text: string): Promise<string[]> =>
      (await validate({ 'shop.k8s.yaml': text })).violations.map(({ ruleName }) => ruleName);
    const annotated = WARNED.replace(
      'name: out, namespace: shop',
      'name: out, namespace: shop, annotations: { intents.cdk8s.io/ignore: "dns-udp-only: small" }',
    );
    expect(await rules(annotated)).not.toContain('dns-udp-only');
    expect(await rules(`# intents-ignore-file dns-udp-only: small\n${WARNED}`)).not.toContain('dns-udp-only');
    expect(await rules(annotated.replace('dns-udp-only: small', 'dns-udp-only'))).toEqual(
      expect.arrayContaining(['dns-udp-only', 'ignore-without-reason']),
    );
  });

  it('fails for warnings only where it is told to', async () => {
    expect((await validate({ 'shop.k8s.yaml': WARNED })).status).toBe('success');
    expect((await validate({ 'shop.k8s.yaml': WARNED }, { failOn: 'warning' })).status).toBe('failure');
  });

  it('judges expected flows over all manifests together', async () => {
    const at = SHOP.indexOf('---\napiVersion: networking');
    const [workloads, policies] = [SHOP.slice(0, at), SHOP.slice(at)] as const;
    const files = { 'a.yaml': workloads, 'b.yaml': policies, 'flows.yaml': FLOWS };
    const good = await validate(files, { flows: 'flows.yaml' });
    expect(good).toMatchObject({ status: 'success', metadata: { Flows: '2 of 2 hold' } });
    const open = {
      ...files,
      'b.yaml': policies.replace(/\{ podSelector: .*? \} \} \}/, '{ namespaceSelector: {} }'),
    };
    const bad = await validate(open, { flows: ['flows.yaml'] });
    expect(bad).toMatchObject({ status: 'failure', metadata: { Flows: '1 of 2 hold' } });
    expect(bad.violations[0]).toMatchObject({
      ruleName: 'expected-flow',
      recommendation:
        'error: tools/probe[Deployment] -> shop/cart[Deployment] TCP 7070 is expected to be denied',
      violatingResources: [{ resourceName: 'cart', manifestPath: 'a.yaml' }],
    });
  });

  it('puts findings that are mended alike into one violation', async () => {
    const twice = WARNED + egress('out-2');
    const { violations } = await validate({ 'shop.k8s.yaml': twice });
    const found = violations.filter(({ ruleName }) => ruleName === 'dns-udp-only');
    expect(
      found.flatMap(({ violatingResources }) => violatingResources.map(({ resourceName }) => resourceName)),
    ).toEqual(expect.arrayContaining(['out', 'out-2']));
    expect(new Set(found.map(({ fix }) => fix)).size).toBe(found.length);
  });

  it('fails when there is nothing to check, and on manifests that cannot be read', async () => {
    expect(await validate({})).toMatchObject({
      status: 'failure',
      violations: [{ ruleName: 'no-manifests' }],
    });
    const broken = await validate({ 'a.yaml': SHOP, 'b.yaml': 'a: [' });
    expect(broken.status).toBe('failure');
    expect(broken.violations.map(({ ruleName }) => ruleName)).toContain('invalid-yaml');
  });

  it('is configured like intents check', async () => {
    const config = (text: string) => ({ 'shop.yaml': WARNED, 'flows-are-not.yaml': text });
    const rules = config('rules: { dns-udp-only: error }');
    const failing = await validate(rules, { config: 'flows-are-not.yaml' });
    expect([failing.status, failing.metadata?.['Errors']]).toEqual(['failure', '1']);
    const off = await validate(config('rules: { dns-udp-only: "off" }'), { config: 'flows-are-not.yaml' });
    expect(off.violations.map(({ ruleName }) => ruleName)).not.toContain('dns-udp-only');
    const none = await validate(config('maxWarnings: 0'), { config: 'flows-are-not.yaml' });
    expect(none.status).toBe('failure');
    expect((await validate(rules, { config: false })).status).toBe('success');
    await expect(validate(config('rule: {}'), { config: 'flows-are-not.yaml' })).rejects.toThrow(
      /configuration/,
    );
  });

  it('says what is wrong with flows, by throwing', async () => {
    const flows = { 'shop.yaml': SHOP, 'flows.yaml': FLOWS.replace('tools/probe', 'tools/prob') };
    await expect(validate(flows, { flows: 'flows.yaml' })).rejects.toThrow(/flows\.yaml:3.*tools\/prob/);
    await expect(validate({ 'shop.yaml': SHOP }, { flows: 'none.yaml' })).rejects.toThrow(
      /none\.yaml does not exist/,
    );
    await expect(validate({ 'shop.yaml': SHOP }, { podCidrs: ['10.0.0.0/99'] })).rejects.toThrow(
      /IntentsValidation: podCidrs: .* needs a prefix length/,
    );
  });

  it.each([
    [{ flow: 'x.yaml' }, /no property "flow"\. Did you mean flows\?/],
    [{ zzz: 1 }, /There are flows, failOn/],
    [{ failOn: 'info' }, /failOn is "info", but must be error or warning/],
    [{ flows: [1] }, /flows is \[1\], but must be a path, or a list of paths/],
    [{ podCidrs: '10.0.0.0/8' }, /podCidrs is .* must be a list/],
    [{ config: true }, /config is true, but must be a path, or false/],
    [{ cni: 'cilium' }, /must be kubernetes or calico/],
    [{ namespace: 3 }, /must be the name of a namespace/],
    [{ __proto__: null, constructor: 1 }, /no property "constructor"/],
  ])('refuses the properties %j', (properties, message) => {
    // @ts-expect-error: as they come out of YAML
    expect(() => new IntentsValidation(properties)).toThrow(message);
  });
});
