import { ApiObject, type App } from 'cdk8s';
import { DefaultDeny, IntentsCompiler, type IntentsCompilerOptions } from 'cdk8s-intents';
import { deployment, namespace, workedExample } from './apps';

describe('what a synth says on stderr', () => {
  const said = (prepare: (app: App) => void, options: IntentsCompilerOptions = {}): string => {
    const { app } = workedExample();
    prepare(app);
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      IntentsCompiler.attach(app, options);
      app.synthYaml();
      return write.mock.calls.map(([text]) => String(text)).join('');
    } finally {
      write.mockRestore();
    }
  };
  const exempt = (app: App): void => {
    deployment(namespace(app, 'legacy'), 'old');
    deployment(namespace(app, 'tools'), 'curl');
    DefaultDeny.everywhere(app, { exempt: ['tools', 'legacy'] });
  };

  it('is nothing when there is nothing to say', () => {
    expect(said(() => undefined)).toBe('');
  });

  it('always names the namespaces that a default deny leaves out, in one line', () => {
    expect(said(exempt)).toBe(
      'cdk8s-intents\n\n2 notes: default-deny-exempt (legacy, tools); IntentsCompiler.attach(app, { notes: true }) prints them\n',
    );
  });

  it('is every note in full when asked for', () => {
    expect(said(exempt, { notes: true })).toMatch(
      /^cdk8s-intents\n\nnote default-deny-exempt: Namespace\/legacy[^]*Namespace\/tools[^]*\n\n2 notes\n$/,
    );
  });

  it('ends with the count of the notes after what someone should act on, in the error of a failed synth too', () => {
    const withWarning = (app: App): void => {
      exempt(app);
      const sql = { name: 'db', kind: 'Deployment' };
      const chart = namespace(app, 'shop');
      deployment(chart, 'db', { port: 5432 });
      new ApiObject(chart, 'intents', {
        apiVersion: 'k8s.otterize.com/v2beta1',
        kind: 'ClientIntents',
        metadata: { name: 'db' },
        spec: { workload: sql, targets: [{ sql: { name: 'orders' } }, { kubernetes: { name: 'nobody' } }] },
      });
    };
    const end =
      /error target-not-found[^]*1 error\n\n4 notes: cut-off-workload \(1\), default-deny-exempt \(legacy, tools\), not-enforced \(1\); Int/;
    expect(said(withWarning, { proof: 'report' })).toMatch(end);
    expect(() => said(withWarning)).toThrow(end);
  });

  it('warns of an exempt namespace that is nearly one of the app (a slip would leave nothing out), and notes others', () => {
    const text = said((app) => {
      deployment(namespace(app, 'legacy'), 'old');
      DefaultDeny.everywhere(app, { exempt: ['legcy', 'far-away'] });
    });
    expect(text).not.toContain('far-away');
    expect(text).toMatch(/1 note: exempt-unknown-namespace \(1\)/);
    expect(text).toMatch(/"legcy" is exempt from the default deny, but[^]*Did you mean legacy\?/);
  });
});
