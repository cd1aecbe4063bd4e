import { ApiObject } from 'cdk8s';
import { attach, synth, workedExample } from './apps';

const NAME = 'access-to-server-from-otterize-tutorial-npol';

describe('a policy of the app that has the name an intent needs', () => {
  it.each([
    ['of somebody else', {}, /^the name access-to-server-from-.* is that of a policy made from intents/],
    [
      'that an earlier compilation wrote',
      { 'intents.otterize.com/network-policy': 'true' },
      /^The app brings in a NetworkPolicy .* that an earlier compilation wrote/,
    ],
  ])('%s is reported once', (_what, labels, message) => {
    const { app, chart } = workedExample();
    new ApiObject(chart, 'mine', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: NAME, labels },
      spec: { podSelector: {}, policyTypes: ['Ingress'] },
    });
    const { findings } = attach(app, { proof: 'report' });
    expect(synth(chart).filter(({ metadata }) => metadata.name === NAME)).toHaveLength(1);
    const taken = findings().filter(({ id }) => id === 'policy-name-taken');
    expect(taken).toMatchObject([{ severity: 'error', message: expect.stringMatching(message) }]);
  });
});
