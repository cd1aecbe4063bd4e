import { ApiObject, Chart, Testing, type App } from 'cdk8s';
import {
  CalicoDefaultDeny,
  ClientIntents,
  DefaultDeny,
  IntentsCompiler,
  Target,
  type IntentsCompilerOptions,
} from 'cdk8s-intents';
import { attach, deployment, namespace, type Manifest } from './apps';

interface Shop {
  readonly app: App;
  readonly chart: Chart;
}

function shop(): Shop {
  const app = Testing.app();
  const chart = namespace(app, 'shop');
  const frontend = deployment(chart, 'frontend');
  const cart = deployment(chart, 'cart', { port: 8080 });
  deployment(chart, 'other');
  new ClientIntents(chart, 'frontend-calls', { workload: frontend, targets: [Target.workload(cart)] });
  return { app, chart };
}

function policiesOf(chart: Chart): Manifest[] {
  const objects = Testing.synth(chart) as Manifest[];
  return objects.filter(({ kind }) => /NetworkPolicy$/.test(kind));
}

const names = (policies: Manifest[]): string[] => policies.map(({ metadata: { name } }) => name).sort();
const warnings = (findings: readonly { severity: string; id: string; message: string }[]): string[] =>
  findings.filter(({ severity }) => severity !== 'info').map(({ id, message }) => `${id}: ${message}`);

describe('enforcement of an app', () => {
  it('in shadow writes neither the default deny nor policies, and says who would lose access', () => {
    const { app, chart } = shop();
    new DefaultDeny(chart, 'deny', { egress: true });
    const { findings } = attach(app, { enforcement: 'shadow' });
    expect(names(policiesOf(chart))).toEqual([]);
    expect(warnings(findings())).toEqual([
      expect.stringMatching(
        /^enforcement-would-cut: Namespace shop is in shadow\. Once it is enforced, these lose their undeclared callers: shop\/cart\[Deployment\] \(1 workload, any address outside the cluster\), shop\/frontend\[Deployment\] \(2 workloads, .*; these may not go out to the undeclared: /,
      ),
    ]);
  });

  it('moves one namespace with one line: everything as if the option were not there', () => {
    const make = (options: IntentsCompilerOptions): unknown => {
      const { app, chart } = shop();
      new DefaultDeny(chart, 'deny');
      namespace(app, 'billing');
      attach(app, options);
      return Testing.synth(chart);
    };
    const enforcement = { default: 'shadow', namespaces: { shop: 'enforce' } } as const;
    expect(make({ enforcement })).toEqual(make({}));
  });

  it('leaves the workloads in shadow out of the default deny of an enforced namespace', () => {
    const { app, chart } = shop();
    new DefaultDeny(chart, 'deny');
    const { findings } = attach(app, { enforcement: { workloads: { 'shop/other': 'shadow' } } });
    const policies = policiesOf(chart);
    expect(names(policies)).toEqual(['access-to-cart-from-shop', 'default-deny-ingress']);
    expect(policies.find(({ metadata: { name } }) => name === 'default-deny-ingress')?.spec).toEqual({
      podSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['other'] }] },
      policyTypes: ['Ingress'],
    });
    expect(findings().filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('takes the enforced workloads of a namespace in shadow into its default deny', () => {
    const { app, chart } = shop();
    new DefaultDeny(chart, 'deny');
    attach(app, { enforcement: { default: 'shadow', workloads: { 'shop/other': 'enforce' } } });
    const policies = policiesOf(chart);
    expect(names(policies)).toEqual(['default-deny-ingress']);
    expect(policies[0]?.spec.podSelector).toEqual({
      matchExpressions: [{ key: 'app', operator: 'In', values: ['other'] }],
    });
  });

  it('says so when no label tells them apart', () => {
    const { app, chart } = shop();
    new ApiObject(chart, 'twin', {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'other' },
      spec: { template: { metadata: { labels: { app: 'other' } }, spec: { containers: [] } } },
    });
    new DefaultDeny(chart, 'deny');
    const enforcement = { workloads: { 'shop/other[Deployment]': 'shadow' } } as const;
    const { findings } = attach(app, { enforcement, proof: 'report' });
    expect(names(policiesOf(chart))).toEqual(['access-to-cart-from-shop']);
    expect(findings().map(({ id }) => id)).toContain('enforcement-deny-indistinct');
  });

  it('holds for default denies everywhere, one namespace at a time', () => {
    const { app, chart } = shop();
    const billing = namespace(app, 'billing');
    deployment(billing, 'pay');
    DefaultDeny.everywhere(app);
    attach(app, { enforcement: { default: 'shadow', namespaces: { billing: 'enforce' } } });
    expect(names(policiesOf(chart))).toEqual([]);
    expect(names(policiesOf(billing))).toEqual(['default-deny-ingress']);
  });

  it('gives the same at every synth, and forgets nothing', () => {
    const { app, chart } = shop();
    new DefaultDeny(chart, 'deny');
    attach(app, { enforcement: { workloads: { 'shop/other': 'shadow' } } });
    const first = Testing.synth(chart);
    expect(Testing.synth(chart)).toEqual(first);
    const whole = app.synthYaml();
    expect(app.synthYaml()).toBe(whole);
    expect(Testing.synth(chart)).toEqual(first);
  });

  it('prints nothing of it as an error, and the synth goes on', () => {
    const { app, chart } = shop();
    new DefaultDeny(chart, 'deny');
    const said = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    IntentsCompiler.attach(app, { enforcement: 'shadow' });
    app.synthYaml();
    const text = said.mock.calls.map(([words]) => String(words)).join('');
    said.mockRestore();
    expect(text).toContain('warning enforcement-would-cut: Namespace/shop');
    expect(text).toContain("{ default: 'shadow', namespaces: { 'shop': 'enforce' } }");
  });

  it.each<[string, unknown, RegExp]>([
    ['a word', 'shadwo', /Did you mean "shadow"\?/],
    ['a field', { namespace: {} }, /Did you mean namespaces\?/],
    ['a mode', { namespaces: { shop: 'enforced' } }, /Did you mean enforce\?/],
  ])('refuses a misspelt %s when it is attached', (_what, enforcement, message) => {
    const { app } = shop();
    expect(() => IntentsCompiler.attach(app, { enforcement } as IntentsCompilerOptions)).toThrow(message);
  });
});

describe('a Calico default deny in shadow', () => {
  function calico(options: IntentsCompilerOptions, exempt?: string[]): Manifest | undefined {
    const { app } = shop();
    const billing = namespace(app, 'billing');
    deployment(billing, 'pay');
    const cluster = new Chart(app, 'cluster');
    new CalicoDefaultDeny(cluster, 'deny', {
      direction: 'ingress',
      ...(exempt === undefined ? {} : { exemptNamespaces: exempt }),
    });
    attach(app, options);
    return policiesOf(cluster)[0];
  }

  it('leaves out the namespaces in shadow', () => {
    const enforcement = { namespaces: { shop: 'shadow' } } as const;
    expect(calico({ enforcement }, ['kube-system'])?.spec.namespaceSelector).toBe(
      'has(projectcalico.org/name) && projectcalico.org/name not in {"kube-system", "shop"}',
    );
  });

  it('lists the enforced ones where the default is shadow, and is not written without any', () => {
    const enforcement = { default: 'shadow', namespaces: { shop: 'enforce' } } as const;
    expect(calico({ enforcement })?.spec.namespaceSelector).toBe('projectcalico.org/name in {"shop"}');
    expect(calico({ enforcement: 'shadow' })).toBeUndefined();
  });

  it('leaves out single workloads by their labels', () => {
    const enforcement = { workloads: { 'shop/other': 'shadow' } } as const;
    const policy = calico({ enforcement });
    expect(policy?.spec).toMatchObject({
      namespaceSelector: 'has(projectcalico.org/name)',
      selector: '(projectcalico.org/namespace != "shop" || app not in {"other"})',
    });
  });

  it('is the same as without the option when everything is enforced', () => {
    expect(calico({ enforcement: {} })).toEqual(calico({}));
  });
});
