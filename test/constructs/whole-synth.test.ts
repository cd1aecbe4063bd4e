import { Chart, JsonPatch, Testing } from 'cdk8s';
import { ClientIntents, Target } from 'cdk8s-intents';
import { Construct } from 'constructs';
import { attach, deployment, find, namespace, synth } from './apps';

describe('synths of single charts', () => {
  const two = () => {
    const app = Testing.app();
    const a = namespace(app, 'a');
    const b = namespace(app, 'b');
    const client = deployment(a, 'client');
    const server = deployment(b, 'server', { port: 80 });
    new ClientIntents(a, 'calls', { workload: client, targets: [Target.workload(server)] });
    return { app, a, b, client, server, ...attach(app) };
  };

  it('see an intent without a server that another chart got in between', () => {
    const { a, b, server } = two();
    synth(a);
    new ClientIntents(b, 'wrong', { workload: server, targets: [Target.workload({ name: 'nobody' })] });
    expect(() => synth(a)).toThrow(/target-not-found/);
  });

  it('write into one chart the policy of an intent that another got in between', () => {
    const { a, b, client } = two();
    const other = deployment(b, 'other', { port: 80 });
    synth(a);
    new ClientIntents(a, 'more', { workload: client, targets: [Target.workload(other)] });
    expect(find(synth(b), 'NetworkPolicy', 'access-to-other-from-a')).toBeDefined();
  });

  it('see a patch in between, which leaves no trace in the tree', () => {
    const { app, a, b, client, server } = two();
    const named = [Target.workload({ name: 'server', namespace: 'b' })];
    new ClientIntents(a, 'named', { workload: client, targets: named });
    app.synthYaml();
    synth(b);
    server.addJsonPatch(JsonPatch.replace('/metadata/name', 'renamed'));
    expect(() => synth(b)).toThrow(/target-not-found/);
    expect(() => app.synthYaml()).toThrow(/target-not-found/);
  });

  it('are compiled each by itself, and leave a synth of the whole app alone', () => {
    const { app, a, runs } = two();
    const whole = app.synthYaml();
    expect(synth(a)).toEqual(synth(a));
    expect(runs()).toBe(3);
    expect(app.synthYaml()).toBe(whole);
    expect(runs()).toBe(4);
  });

  it('are not taken for the rest of a synth that another validation ended', () => {
    const { app, a, client, runs } = two();
    const gate = new Construct(app, 'gate');
    let problems = ['closed'];
    gate.node.addValidation({ validate: () => problems });
    expect(() => app.synthYaml()).toThrow('closed');
    problems = [];
    client.metadata.addLabel('late', 'yes');
    expect(find(synth(a), 'Deployment', 'client').metadata.labels).toEqual({ late: 'yes' });
    app.synthYaml();
    expect(runs()).toBe(3);
  });
});

describe('a synth of the whole app', () => {
  it('fails when a validation adds something after a part was rendered, which cannot get policies any more', () => {
    const app = Testing.app();
    const [a, b] = [namespace(app, 'a'), namespace(app, 'b')];
    const server = deployment(a, 'server', { port: 80 });
    const client = deployment(b, 'client');
    let calls = 0;
    new Construct(app, 'late').node.addValidation({
      validate: () => {
        calls++;
        if (calls === 3)
          new ClientIntents(b, 'calls', { workload: client, targets: [Target.workload(server)] });
        return [];
      },
    });
    new Chart(app, 'c', { namespace: 'c' });
    attach(app);
    expect(() => app.synthYaml()).toThrow(/error late-construct[^]*after a part of it was rendered/);
    expect(app.synthYaml()).toContain('access-to-server-from-b');
  });
});
