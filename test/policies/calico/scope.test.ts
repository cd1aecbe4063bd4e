import { networkSetEntityLabels, podEntityLabels } from '../../../src/policies/calico/entity-labels';
import { entityScope, policyScope } from '../../../src/policies/calico/scope';
import type { Selector } from '../../../src/policies/calico/selector';
import { selectorMatches } from '../../../src/policies/calico/selector-match';
import { parseSelector } from '../../../src/policies/calico/selector-parser';
import { printSelector } from '../../../src/policies/calico/selector-printer';

function parsed(text: string): Selector {
  const result = parseSelector(text);
  if ('error' in result) throw new Error(result.error);
  return result.selector;
}

const text = (selector: Selector | undefined): string | undefined =>
  selector === undefined ? undefined : printSelector(selector);
const fields = <Key extends string>(
  written: Partial<Record<Key, string>>,
): Partial<Record<Key, Selector>> => {
  const result: Partial<Record<Key, Selector>> = {};
  for (const key in written) {
    const value = written[key];
    if (value !== undefined) result[key] = parsed(value);
  }
  return result;
};

const pod = podEntityLabels({
  labels: { app: 'db', 'pcns.env': 'forged', 'projectcalico.org/namespace': 'forged' },
  namespace: 'shop',
  namespaceLabels: { env: 'prod', 'projectcalico.org/name': 'forged' },
  serviceAccount: 'api',
  serviceAccountLabels: { team: 'x' },
});
const host = { role: 'node', 'projectcalico.org/created-by': 'calico-kube-controllers' };

describe('labels that selectors see (calico-policy-model 4.1)', () => {
  it('a pod shows those of its namespace and service account, and cannot forge them', () => {
    expect(pod).toEqual({
      app: 'db',
      'projectcalico.org/namespace': 'shop',
      'projectcalico.org/orchestrator': 'k8s',
      'projectcalico.org/serviceaccount': 'api',
      'pcns.env': 'prod',
      'pcns.projectcalico.org/name': 'shop',
      'pcsa.team': 'x',
      'pcsa.projectcalico.org/name': 'api',
    });
  });

  it('a NetworkSet belongs to its namespace, a GlobalNetworkSet to none', () => {
    expect(networkSetEntityLabels({ a: 'b' }, { name: 'shop', labels: { env: 'prod' } })).toEqual({
      a: 'b',
      'pcns.env': 'prod',
      'pcns.projectcalico.org/name': 'shop',
      'projectcalico.org/namespace': 'shop',
    });
    expect(networkSetEntityLabels({ a: 'b' })).toEqual({ a: 'b' });
  });
});

describe('policyScope (calico-policy-model 4.2)', () => {
  it.each([
    [{}, undefined],
    [{ selector: 'all()' }, 'all()'],
    [{ namespaceSelector: 'all()' }, 'has(projectcalico.org/namespace)'],
    [
      { selector: 'all()', namespaceSelector: 'env == "prod"' },
      '(has(projectcalico.org/namespace) && pcns.env == "prod")',
    ],
    [
      { selector: 'a == "1" || b == "2"', namespaceSelector: 'has(x)' },
      '((a == "1" || b == "2") && has(pcns.x))',
    ],
    [{ serviceAccountSelector: 'all()' }, 'has(projectcalico.org/serviceaccount)'],
    [
      { selector: 'all()', serviceAccountSelector: 'a == "b"' },
      '(has(projectcalico.org/serviceaccount) && pcsa.a == "b")',
    ],
    [
      {
        namespaceSelector:
          'has(projectcalico.org/name) && projectcalico.org/name not in {"kube-system", "calico-system", "calico-apiserver", "otterize-system"}',
      },
      '(has(pcns.projectcalico.org/name) && pcns.projectcalico.org/name not in {"calico-apiserver", "calico-system", "kube-system", "otterize-system"})',
    ],
  ])('of a GlobalNetworkPolicy with %j', (written, expected) => {
    expect(text(policyScope(fields(written)))).toBe(expected);
  });

  it.each([
    [{}, 'projectcalico.org/namespace == "shop"'],
    [{ selector: 'all()' }, '(all() && projectcalico.org/namespace == "shop")'],
    [
      { selector: 'a == "b"', serviceAccountSelector: 'all()' },
      '((a == "b" && projectcalico.org/namespace == "shop") && all())',
    ],
  ])('of a NetworkPolicy with %j', (written, expected) => {
    expect(text(policyScope({ namespace: 'shop', ...fields(written) }))).toBe(expected);
  });

  it('a negative namespaceSelector without has() drags host endpoints in, with has() it does not (4.3, 4.4)', () => {
    const scope = (namespaceSelector: string): Selector =>
      policyScope(fields({ namespaceSelector })) ?? { type: 'all' };
    expect(selectorMatches(scope('projectcalico.org/name != "kube-system"'), host)).toBe(true);
    expect(
      selectorMatches(scope('has(projectcalico.org/name) && projectcalico.org/name != "kube-system"'), host),
    ).toBe(false);
    expect(
      selectorMatches(scope('has(projectcalico.org/name) && projectcalico.org/name != "kube-system"'), pod),
    ).toBe(true);
  });
});

describe('entityScope (calico-policy-model 4.3)', () => {
  const N = 'projectcalico.org/namespace == "shop"';
  it.each([
    // A NetworkPolicy: any criterion limits the peer to its own namespace.
    ['shop', {}, undefined, undefined],
    ['shop', { selector: 'a == "b"' }, `(${N} && a == "b")`, undefined],
    ['shop', { notSelector: 'a == "b"' }, `(${N} && !a == "b")`, undefined],
    ['shop', { namespaceSelector: 'all()' }, 'has(projectcalico.org/namespace)', undefined],
    [
      'shop',
      { namespaceSelector: 'env == "p"', selector: 'a == "b"' },
      '(pcns.env == "p" && a == "b")',
      undefined,
    ],
    ['shop', { namespaceSelector: 'global()' }, '!has(projectcalico.org/namespace)', undefined],
    // A GlobalNetworkPolicy: a lone notSelector leaves out addresses of entities, everyone else matches.
    [undefined, {}, undefined, undefined],
    [undefined, { selector: 'all()' }, 'all()', undefined],
    [undefined, { notSelector: 'a == "b"' }, undefined, 'a == "b"'],
    [undefined, { selector: 'c == "d"', notSelector: 'a == "b"' }, '(c == "d" && !a == "b")', undefined],
    [
      undefined,
      { namespaceSelector: 'all()', notSelector: 'a == "b"' },
      '(has(projectcalico.org/namespace) && !a == "b")',
      undefined,
    ],
  ])('in namespace %s, %j', (namespace, written, positive, except) => {
    const scope = entityScope(fields(written), namespace);
    expect([text(scope.positive), text(scope.except)]).toEqual([positive, except]);
  });

  it('names and selector of service accounts must both hold, and limit the namespace', () => {
    const serviceAccounts = { names: ['api', 'web'], selector: parsed('team == "x"') };
    expect(text(entityScope({ serviceAccounts }, undefined).positive)).toBe(
      '(pcsa.team == "x" && projectcalico.org/serviceaccount in {"api", "web"})',
    );
    const local = entityScope({ serviceAccounts }, 'shop').positive;
    expect(local !== undefined && selectorMatches(local, pod)).toBe(true);
    const elsewhere = entityScope({ serviceAccounts }, 'billing').positive;
    expect(elsewhere !== undefined && selectorMatches(elsewhere, pod)).toBe(false);
  });
});
