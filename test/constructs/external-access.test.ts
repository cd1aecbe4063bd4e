import { type Chart, Testing, type App } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  DefaultDeny,
  ExternalAccess,
  IntentsCompiler,
  type ExternalAccessProps,
  type IntentsCompilerOptions,
} from 'cdk8s-intents';
import { attach, deployment, namespace, type Manifest } from './apps';

const GIVEN = {
  workload: { name: 'cart' },
  direction: 'ingress',
  cidrs: ['203.0.113.0/24'],
  ports: [8080],
  owner: 'team-cart',
  reason: 'Callbacks of the partner, SHOP-12',
  expires: '2026-12-31',
} as const;
const TODAY = '2026-06-01';

function synth(
  given: Partial<ExternalAccessProps> = {},
  options: IntentsCompilerOptions = {},
  deny: 'ingress' | 'both' | 'none' = 'both',
): { policies: Manifest[]; said: string[] } {
  const app = Testing.app();
  const chart = namespace(app, 'shop');
  deployment(chart, 'cart', { port: 8080 });
  deployment(chart, 'web');
  if (deny !== 'none') new DefaultDeny(chart, 'deny', { egress: deny === 'both' });
  new ExternalAccess(chart, 'partner', { ...GIVEN, ...given });
  const { findings } = attach(app, { today: TODAY, ...options });
  const policies = (Testing.synth(chart) as Manifest[]).filter(({ kind }) => kind === 'NetworkPolicy');
  return {
    policies: policies.filter(({ metadata: { name } }) => name.startsWith('external-access')),
    said: findings()
      .filter(({ id }) => id !== 'pod-addresses-assumed')
      .map(({ severity, id, message }) => `${severity} ${id}: ${message}`),
  };
}

describe('ExternalAccess', () => {
  it('writes a policy with who answers for it, why and how long, and counts as declared', () => {
    const { policies, said } = synth();
    expect(policies).toEqual([
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: {
          name: 'external-access-partner',
          namespace: 'shop',
          labels: { 'intents.otterize.com/network-policy-external-traffic': 'partner-shop-afc827' },
          annotations: {
            'cdk8s-intents/expires': '2026-12-31',
            'cdk8s-intents/owner': 'team-cart',
            'cdk8s-intents/reason': 'Callbacks of the partner, SHOP-12',
          },
        },
        spec: {
          podSelector: { matchLabels: { 'intents.otterize.com/server': 'cart-shop-78c639' } },
          policyTypes: ['Ingress'],
          ingress: [
            {
              from: [{ ipBlock: { cidr: '203.0.113.0/24' } }],
              ports: [{ protocol: 'TCP', port: 8080 }],
            },
          ],
        },
      },
    ]);
    expect(said).toEqual([]);
  });

  it('lets out, but never to the metadata address (169.254.169.254, fd00:ec2::254)', () => {
    const { policies, said } = synth({ direction: 'egress', cidrs: ['0.0.0.0/0', '::/0'], ports: [443] });
    expect(policies[0]?.spec.egress).toEqual([
      {
        to: [
          { ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.169.254/32'] } },
          { ipBlock: { cidr: '::/0', except: ['fd00:ec2::254/128'] } },
        ],
        ports: [{ protocol: 'TCP', port: 443 }],
      },
    ]);
    expect(said.filter((line) => !line.startsWith('info'))).toEqual([]);
  });

  it('writes nothing where no policy isolates the workload, for it would cut its other callers', () => {
    const { policies, said } = synth({}, {}, 'none');
    expect(policies).toEqual([]);
    expect(said).toEqual([
      'info external-access-not-needed: No policy isolates shop/cart[Deployment] for ingress, so the exception partner has nothing to open there, and no policy is written for it',
    ]);
    expect(synth({ direction: 'egress' }, {}, 'ingress').policies).toEqual([]);
  });

  it('takes several workloads, each with a policy of its own', () => {
    const { policies } = synth({ workload: [{ name: 'cart' }, { name: 'web' }] });
    expect(policies.map(({ metadata: { name } }) => name)).toEqual([
      'external-access-partner-cart',
      'external-access-partner-web',
    ]);
  });

  it.each(['otterize', 'selectors'] as const)('works under profile %s', (profile) => {
    const { policies, said } = synth({}, { profile });
    expect(policies).toHaveLength(1);
    expect(said).toEqual([]);
  });

  it('writes nothing in shadow', () => {
    expect(synth({}, { enforcement: 'shadow' }).policies).toEqual([]);
  });
});

describe('an exception that runs out', () => {
  const synthOn = (today: string): string[] => synth({}, { today, proof: 'report' }).said;

  it('fails the synth from the day after its last', () => {
    expect(synthOn('2026-12-31').filter((line) => line.startsWith('error'))).toEqual([]);
    expect(() => synth({}, { today: '2027-01-01' })).toThrow(
      /external-access-expired[\s\S]*The exception partner ended on 2026-12-31 \(team-cart: Callbacks of the partner, SHOP-12\)/,
    );
  });

  it.each([
    ['2026-12-16', undefined],
    ['2026-12-17', 'in 14 days'],
    ['2026-12-30', 'tomorrow'],
    ['2026-12-31', 'today'],
  ])('is announced in its last two weeks: %s', (today, when) => {
    const said = synthOn(today).filter((line) => line.includes('expires-soon'));
    expect(said).toEqual(when === undefined ? [] : [expect.stringContaining(`partner ends ${when},`)]);
  });

  it('never does where that was asked for', () => {
    expect(synth({ expires: 'never' }, { today: '2999-01-01' }).said).toEqual([]);
  });

  it('writes the same whatever the day', () => {
    const on = (today: string): Manifest[] => synth({}, { today, proof: 'report' }).policies;
    expect(on('2027-01-01')).toEqual(on(TODAY));
  });

  it('goes by the day of the clock when none is given', () => {
    const app = Testing.app();
    const chart = namespace(app, 'shop');
    deployment(chart, 'cart', { port: 8080 });
    new ExternalAccess(chart, 'partner', { ...GIVEN, expires: '2001-01-01' });
    IntentsCompiler.attach(app);
    expect(() => app.synthYaml()).toThrow(/external-access-expired/);
  });
});

describe('an exception that cannot be meant', () => {
  function chart(): Chart {
    return namespace(Testing.app(), 'shop');
  }
  const make = (scope: Construct, given: object): ExternalAccess =>
    new ExternalAccess(scope, 'x', { ...GIVEN, ...given });

  it.each<[string, object, RegExp]>([
    ['a misspelt field', { cidr: [] }, /Did you mean cidrs\?/],
    ['no address', { cidrs: [] }, /empty list/],
    ['a CIDR with host bits', { cidrs: ['10.0.0.1/8'] }, /10\.0\.0\.1\/8/],
    ['a text for a list', { cidrs: '10.0.0.0/8' }, /cidrs is "10\.0\.0\.0\/8"/],
    ['no ports but a list', { ports: [] }, /empty list/],
    ['a named port outside', { direction: 'egress', ports: ['https'] }, /no named ports/],
    ['another direction', { direction: 'in' }, /neither ingress nor egress/],
    ['no owner', { owner: ' ' }, /owner is " "/],
    ['no reason', { reason: undefined }, /reason is undefined/],
    ['no such day', { expires: '2026-02-30' }, /no day/],
    ['no day at all', { expires: 'soon' }, /'never'/],
    ['no workload', { workload: [] }, /for no workload/],
    ['a workload elsewhere', { workload: { name: 'a', namespace: 'b' } }, /in namespace b/],
  ])('is refused: %s', (_what, given, message) => {
    expect(() => make(chart(), given)).toThrow(message);
  });

  it('is an error of the synth for a workload that is not there, and for a port it does not have', () => {
    expect(() => synth({ workload: { name: 'crat' } })).toThrow(/external-access-not-found[\s\S]*cart/);
    expect(() => synth({ ports: ['http'] })).toThrow(/external-access-port-not-found/);
  });
});

describe('the day as an option', () => {
  it('is a day', () => {
    const app: App = Testing.app();
    expect(() => IntentsCompiler.attach(app, { today: '1.6.2026' })).toThrow(/not a day/);
  });
});
