import { identity, identityOfKind, workloadMatches, workloadName } from '../../src/intents/identity';
import { workload } from './workload-fixture';

/** name, namespace, kind, identity: the vectors of otterize-operator 3.1. */
const VECTORS = [
  ['server', 'otterize-tutorial-npol', '', 'server-otterize-tutorial-np-7e16db'],
  ['client', 'otterize-tutorial-npol', '', 'client-otterize-tutorial-np-699302'],
  ['client-other', 'otterize-tutorial-npol', '', 'client-other-otterize-tutorial-np-e76ee2'],
  ['server', 'otterize-tutorial-npol', 'Deployment', 'server-otterize-tutorial-n-deplo-21d4ca'],
  ['client', 'otterize-tutorial-npol', 'Deployment', 'client-otterize-tutorial-n-deplo-4cf1fa'],
  ['server', 'otterize-tutorial-npol', 'Service', 'server-otterize-tutorial-n-servi-7dac8c'],
  ['server', 'otterize-tutorial-npol', 'service', 'server-otterize-tutorial-n-servi-87aaf0'],
  ['server', 'otterize-tutorial-npol', 'OttrLegacy', 'server-otterize-tutorial-np-7e16db'],
  ['frontend', 'default', '', 'frontend-default-5ce853'],
  ['frontend', 'default', 'Service', 'frontend-default-servi-5bfc49'],
  ['frontend', 'default', 'Deployment', 'frontend-default-deplo-da7391'],
  ['frontend', 'default', 'StatefulSet', 'frontend-default-state-a5d54d'],
  ['frontend', 'default', 'DaemonSet', 'frontend-default-daemo-092768'],
  ['frontend', 'default', 'Job', 'frontend-default-job-848c67'],
  ['frontend', 'default', 'CronJob', 'frontend-default-cronj-a8ec19'],
  ['frontend', 'default', 'ReplicaSet', 'frontend-default-repli-8ecdfd'],
  ['frontend', 'default', 'Pod', 'frontend-default-pod-12f9a6'],
  ['frontend', 'default', 'Rollout', 'frontend-default-rollo-51ea1f'],
  ['kubernetes', 'default', 'Service', 'kubernetes-default-servi-45a10b'],
  ['kubernetes', 'default', '', 'kubernetes-default-e850ec'],
  ['coredns', 'kube-system', '', 'coredns-kube-system-dd756f'],
  ['coredns', 'kube-system', 'Deployment', 'coredns-kube-system-deplo-540852'],
  ['kube-dns', 'kube-system', 'Service', 'kube-dns-kube-system-servi-eadb51'],
  ['checkoutservice', 'otterize-ecom-demo', '', 'checkoutservice-otterize-ecom-demo-a6e480'],
  ['checkoutservice', 'otterize-ecom-demo', 'Deployment', 'checkoutservice-otterize-ecom-demo-deplo-8d7d22'],
  ['checkoutservice', 'otterize-ecom-demo', 'Service', 'checkoutservice-otterize-ecom-demo-servi-c4c21e'],
  ['a', 'b', '', 'a-b-8ca2ed'],
  ['a', 'b', 'C', 'a-b-c-fe5fde'],
  ['a-b', 'c', '', 'a-b-c-7b193b'],
  ['a', 'b-c', '', 'a-b-c-7b193b'],
  ['a-b', 'c', 'Deployment', 'a-b-c-deplo-6f4df1'],
  ['a', 'b-c', 'Deployment', 'a-b-c-deplo-6f4df1'],
  ['exactly-twenty-chars', 'exactly-twenty-chars', '', 'exactly-twenty-chars-exactly-twenty-chars-463296'],
  [
    'exactly-twenty-chars',
    'exactly-twenty-chars',
    'Deployment',
    'exactly-twenty-char-exactly-twenty-char-deplo-b721e4',
  ],
  ['exactly-nineteen-ch', 'exactly-nineteen-ch', '', 'exactly-nineteen-ch-exactly-nineteen-ch-2fec5b'],
  [
    'exactly-nineteen-ch',
    'exactly-nineteen-ch',
    'StatefulSet',
    'exactly-nineteen-ch-exactly-nineteen-ch-state-a4a8fd',
  ],
  ['twenty-one-characters', 'twenty-one-characters', '', 'twenty-one-character-twenty-one-character-008f56'],
  [
    'twenty-one-characters',
    'twenty-one-characters',
    'Service',
    'twenty-one-characte-twenty-one-characte-servi-7c3370',
  ],
  [
    'test-client-with-a-very-long-name-more-than-20-characters',
    'test-namespace-with-a-very-long-name-more-than-20-characters',
    '',
    'test-client-with-a-v-test-namespace-with--c115d1',
  ],
  [
    'test-client-with-a-very-long-name-more-than-20-characters',
    'test-namespace-with-a-very-long-name-more-than-20-characters',
    'Deployment',
    'test-client-with-a--test-namespace-with-deplo-e12c48',
  ],
  [
    'very-long-workload-name-alpha',
    'team-payments-production-eu-west-1',
    '',
    'very-long-workload-n-team-payments-produc-8b2355',
  ],
  [
    'very-long-workload-name-bravo',
    'team-payments-production-eu-west-1',
    '',
    'very-long-workload-n-team-payments-produc-668804',
  ],
  ['cool-versioned-application_4_2_0', 'cool-namespace', '', 'cool-versioned-appli-cool-namespace-8d9d7d'],
  [
    'cool-versioned-application_4_2_0',
    'cool-namespace',
    'Deployment',
    'cool-versioned-appl-cool-namespace-deplo-fd5fe6',
  ],
  ['trailing-dash-at-20-x', 'ns', '', 'trailing-dash-at-20--ns-76609b'],
  ['', 'default', '', '-default-941d64'],
  ['server', '', '', 'server--224880'],
  ['9server', '9ns', '', '9server-9ns-dd8326'],
  ['internet', 'default', '', 'internet-default-763d9e'],
  ['ingress-controller', 'ingress-nginx', '', 'ingress-controller-ingress-nginx-53b476'],
  [
    'ingress-nginx-controller',
    'ingress-nginx',
    'Deployment',
    'ingress-nginx-contr-ingress-nginx-deplo-050df1',
  ],
  ['prometheus-server', 'prometheus', 'Deployment', 'prometheus-server-prometheus-deplo-e924fd'],
] as const;

describe('identity strings (otterize-operator 3.1)', () => {
  it.each(VECTORS)('of %p in %p of kind %p is %p', (name, namespace, kind, expected) => {
    expect(identityOfKind(name, namespace, kind)).toBe(expected);
  });

  it('has 52 vectors', () => {
    expect(VECTORS).toHaveLength(52);
  });

  it('ignores the kind when it means any kind', () => {
    expect(identityOfKind('server', 'otterize-tutorial-npol', undefined)).toBe(
      identity('server', 'otterize-tutorial-npol'),
    );
  });

  it('cuts at bytes, not at characters', () => {
    // 20 bytes of a name of two-byte characters are ten characters.
    expect(identity('é'.repeat(20), 'ns')).toMatch(/^é{10}-ns-[0-9a-f]{6}$/);
  });
});

describe('the name of a workload (otterize-operator 2.1)', () => {
  it('is its own name and kind', () => {
    expect(workloadName(workload({ namespace: 'shop', name: 'cart' }))).toEqual({
      namespace: 'shop',
      name: 'cart',
      kind: 'Deployment',
    });
  });

  it('has underscores for dots', () => {
    expect(workloadName(workload({ namespace: 'shop', name: 'app.1.2' })).name).toBe('app_1_2');
  });

  it('is the override annotation verbatim, without a kind (2.1 step 1)', () => {
    const annotations = { 'intents.otterize.com/workload-name': 'my.cart' };
    expect(workloadName(workload({ namespace: 'shop', name: 'cart', annotations }))).toEqual({
      namespace: 'shop',
      name: 'my.cart',
    });
  });

  it('takes the deprecated annotation only when the newer one is absent', () => {
    const old = { 'intents.otterize.com/service-name': 'old' };
    expect(workloadName(workload({ name: 'cart', annotations: old })).name).toBe('old');
    const both = { ...old, 'intents.otterize.com/workload-name': 'new' };
    expect(workloadName(workload({ name: 'cart', annotations: both })).name).toBe('new');
  });
});

describe('whether an intent means a workload', () => {
  const cart = workload({ namespace: 'shop', name: 'cart' });

  it('matches any kind when none is given (2.2)', () => {
    expect(workloadMatches({ namespace: 'shop', name: 'cart' }, cart)).toBe(true);
    expect(workloadMatches({ namespace: 'shop', name: 'cart', kind: 'OttrLegacy' }, cart)).toBe(true);
  });

  it('matches the given kind exactly', () => {
    expect(workloadMatches({ namespace: 'shop', name: 'cart', kind: 'Deployment' }, cart)).toBe(true);
    expect(workloadMatches({ namespace: 'shop', name: 'cart', kind: 'StatefulSet' }, cart)).toBe(false);
    expect(workloadMatches({ namespace: 'shop', name: 'cart', kind: 'deployment' }, cart)).toBe(false);
  });

  it('does not match another namespace or name', () => {
    expect(workloadMatches({ namespace: 'other', name: 'cart' }, cart)).toBe(false);
    expect(workloadMatches({ namespace: 'shop', name: 'carts' }, cart)).toBe(false);
  });

  it('does not match a workload named by annotation when a kind is given (2.2)', () => {
    const named = workload({
      namespace: 'shop',
      name: 'x',
      annotations: { 'intents.otterize.com/workload-name': 'cart' },
    });
    expect(workloadMatches({ namespace: 'shop', name: 'cart' }, named)).toBe(true);
    expect(workloadMatches({ namespace: 'shop', name: 'cart', kind: 'Deployment' }, named)).toBe(false);
  });

  it('takes a dotted object name for the one with underscores', () => {
    const dotted = workload({ namespace: 'shop', name: 'app.1' });
    expect(workloadMatches({ namespace: 'shop', name: 'app.1' }, dotted)).toBe(true);
  });
});
