import { ApiObject, App, Chart } from 'cdk8s';
import { IGNORE_ANNOTATION } from 'cdk8s-intents';
import { attach, synth } from './apps';

/** An app with a policy that has a trap in it, and this annotation. */
function found(annotation?: string): string[] {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  new ApiObject(chart, 'trap', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: {
      name: 'trap',
      ...(annotation === undefined ? {} : { annotations: { [IGNORE_ANNOTATION]: annotation } }),
    },
    spec: {
      podSelector: { matchLabels: { app: 'cart' } },
      ingress: [
        {
          from: [
            { namespaceSelector: { matchLabels: { env: 'production' } } },
            { podSelector: { matchLabels: { app: 'backend' } } },
          ],
        },
      ],
    },
  });
  const { findings } = attach(app);
  synth(chart);
  const about = ['and-or-peer', 'ignore-without-reason', 'ignore-unknown-rule', 'unused-ignore'];
  return findings()
    .map(({ id }) => id)
    .filter((id) => about.includes(id))
    .sort();
}

describe('the annotation intents.cdk8s.io/ignore', () => {
  it('leaves out what a synth would say of the object', () => {
    expect(found()).toEqual(['and-or-peer']);
    expect(found('and-or-peer: both groups are meant')).toEqual([]);
  });

  it('needs a reason and a rule that there is', () => {
    expect(found('and-or-peer')).toEqual(['and-or-peer', 'ignore-without-reason']);
    expect(found('and-or-pear: both')).toEqual(['and-or-peer', 'ignore-unknown-rule']);
  });

  it('is not said to be of no use: a synth does not run every check', () => {
    expect(found('and-or-peer: both\nimplicit-protocol: as it is')).toEqual([]);
  });
});
