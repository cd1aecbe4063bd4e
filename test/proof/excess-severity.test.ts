import { deployment, policy, read } from './proof-fixture';
import { NOWHERE, constructPlace } from '../../src/model/place';
import type { Policy } from '../../src/policies/policy';
import { excessSeverity } from '../../src/proof/excess-severity';
import type { DenyClaim } from '../../src/proof/proof';

const { cluster, policies } = read(deployment('web') + policy('open', 'podSelector: {}, ingress: [{}]'));

function severity(denies: readonly DenyClaim[], from: 'file' | 'construct', isDeclared = false): string {
  const [server] = cluster.workloads;
  const [included] = policies.kubernetes;
  if (server === undefined || included === undefined) throw new Error('the fixture has no server');
  const openedBy: Policy[] =
    from === 'file' ? [included] : [included, { ...included, place: constructPlace('shop/open') }];
  return excessSeverity('error', denies, () => isDeclared)(server, openedBy);
}

const claim = (rest: Partial<DenyClaim>): DenyClaim => ({
  directions: ['ingress'],
  place: NOWHERE,
  ...rest,
});

describe('excessSeverity', () => {
  it('is that of the app for a server that an intent speaks of, whoever opens it', () => {
    expect(severity([], 'construct', true)).toBe('error');
    expect(severity([], 'file', true)).toBe('error');
  });

  it('is that of the app under a default deny of its own', () => {
    expect(severity([claim({ namespace: 'shop' })], 'construct')).toBe('error');
    expect(severity([claim({ exempt: ['other'] })], 'construct')).toBe('error');
  });

  it('is a note there for policies that came with a file', () => {
    expect(severity([claim({ namespace: 'shop' })], 'file')).toBe('info');
  });

  it('is a note where no default deny for ingress covers the server', () => {
    expect(severity([], 'construct')).toBe('info');
    expect(severity([claim({ namespace: 'other' })], 'construct')).toBe('info');
    expect(severity([claim({ exempt: ['shop'] })], 'construct')).toBe('info');
    expect(severity([claim({ namespace: 'shop', directions: ['egress'] })], 'construct')).toBe('info');
  });
});
