import {
  calls,
  callsService,
  compiled,
  ids,
  intents,
  labelsOf,
  manifest,
  manifestOf,
  names,
  service,
  workload,
} from '../cluster-fixture';
import type { Compilation, CompileOptions } from '../../../src/compiler/compilation';
import { DIFFERENCES, type DifferenceReason } from '../../../src/compiler/operator/difference-reasons';
import type { ClientIntents, InternetTarget, Target } from '../../../src/intents/client-intents';
import { readIntents } from '../../../src/intents/read-intents';
import type { JsonObject } from '../../../src/model/json';
import { NOWHERE } from '../../../src/model/place';
import type { Resource } from '../../../src/model/resource';

/** What is made here and what the operator makes. */
function both(
  resources: readonly Resource[],
  declared: readonly ClientIntents[],
  options: CompileOptions = {},
): { readonly here: Compilation; readonly operator: Compilation } {
  return {
    here: compiled(resources, declared, { profile: 'otterize', ...options }),
    operator: compiled(resources, declared, { profile: 'otterize', strictOtterize: true, ...options }),
  };
}

/** The reasons that findings give, by the words that they say for them. */
function reasonsOf({ findings }: Compilation): DifferenceReason[] {
  const said = findings.filter(({ id }) => id === 'otterize-differs').map(({ message }) => message);
  const reasons = Object.entries(DIFFERENCES).flatMap(([reason, { operator }]) =>
    said.some((message) => message.includes(operator)) ? [reason] : [],
  );
  expect(reasons).toHaveLength(said.length);
  return reasons.filter((reason): reason is DifferenceReason => Object.hasOwn(DIFFERENCES, reason)).sort();
}

function specOf(result: Compilation, name: string): unknown {
  return manifestOf(result, name)?.['spec'];
}

function internet(given: Partial<Omit<InternetTarget, 'type'>>): Target {
  return { type: 'internet', domains: [], ips: [], ports: [], place: NOWHERE, ...given };
}

function intentsObject(version: string, spec: JsonObject): Resource {
  const metadata = { name: 'x', namespace: 'a' };
  return manifest(`k8s.otterize.com/${version}`, 'ClientIntents', { metadata, spec }, 'x', 'a');
}

const DATABASE: Target = { type: 'beyond-network', what: 'sql', name: 'db', place: NOWHERE };
const ALWAYS = { egress: 'always' } as const;

describe('where the operator is wrong (otterize-operator 10.2)', () => {
  it('W-1: an access label that no intent asks for is an error, with a kind or of a Service too', () => {
    const stale = { 'intents.otterize.com/access-s-a-deplo-5d7fdb': 'true' };
    const found = compiled([workload('a/x', { labels: { app: 'x', ...stale } }), workload('a/s')], [], {
      profile: 'otterize',
    });
    expect(ids(found)).toContain('warning stale-access-label');
    expect(Object.keys(labelsOf(found, 'a/x[Deployment]') ?? {})).not.toContain(Object.keys(stale)[0]);
  });

  it('W-2: the default deny of a ProtectedService with a kind is the same object every time', () => {
    const server = { namespace: 'a', name: 'db', kind: 'StatefulSet' };
    const protectedServices = [{ namespace: 'a', name: 'p', server, place: NOWHERE }];
    const resources = [workload('a/db', { kind: 'StatefulSet' })];
    const { here, operator } = both(resources, [], { protectedServices });
    expect(names(here)).toEqual(['a/default-deny-db-statefulset']);
    expect(here.policies.map((policy) => policy.manifest)).toEqual(
      operator.policies.map((policy) => policy.manifest),
    );
    expect(reasonsOf(here)).toEqual([]);
  });

  it.each([
    ['kafka', true],
    ['database', false],
  ])('W-3: a v1 call of type %s with nothing in it is no empty target', (type, opens) => {
    const object = intentsObject('v1alpha3', { service: { name: 'x' }, calls: [{ name: 's', type }] });
    const { intents: read, findings } = readIntents([object]);
    expect(findings.map(({ id }) => id)).toContain('lossy-conversion');
    const { here } = both([workload('a/x'), workload('a/s'), object], read);
    expect(names(here)).toEqual(opens ? ['a/s-access'] : []);
  });

  it('W-5: two policies that want one name both get written, under two names', () => {
    const { here, operator } = both(
      [workload('a/x'), workload('a/api'), workload('a/api-deployment')],
      [intents('a/x', calls('a/api[Deployment]'), calls('a/api-deployment'))],
    );
    expect(here.policies).toHaveLength(2);
    expect(reasonsOf(here)).toEqual(['shared-policy-name']);
    expect(names(operator)).toEqual(['a/api-deployment-access']);
    expect(ids(operator)).toContain('error otterize-differs');
  });

  it('W-5: two servers of one identity string are an error that says what to do', () => {
    const { here } = both(
      [workload('x/x'), workload('c/a-b'), workload('b-c/a')],
      [intents('x/x', calls('c/a-b'), calls('b-c/a'))],
    );
    const found = here.findings.find(
      ({ id, severity }) => id === 'ambiguous-identity' && severity === 'error',
    );
    expect(found?.mend).toContain('selectors');
  });

  it('W-6: a Service without selector takes out its own target and no other', () => {
    const { here } = both(
      [workload('a/x'), workload('a/s'), service('a/none', { selector: undefined })],
      [intents('a/x', callsService('a/none'), calls('a/s'))],
    );
    expect(ids(here)).toContain('error service-without-selector');
    expect(names(here)).toEqual(['a/s-access']);
  });

  it('W-7: a client that declares only a database keeps its way to it', () => {
    const { here, operator } = both([workload('a/x')], [intents('a/x', DATABASE)], ALWAYS);
    expect(names(here)).toEqual([]);
    expect(reasonsOf(here)).toEqual(['dns-only-egress']);
    expect(specOf(operator, 'x-access')).toMatchObject({
      policyTypes: ['Egress'],
      egress: [{ ports: [{}, {}] }],
    });
    expect(specOf(operator, 'x-access')).not.toMatchObject({ egress: [{ to: expect.anything() }] });
  });

  it('W-9: a client goes out to the stated kind of its server only', () => {
    const { here, operator } = both(
      [workload('a/x'), workload('a/s'), workload('a/s', { kind: 'StatefulSet', labels: { app: 'other' } })],
      [intents('a/x', calls('a/s[StatefulSet]'))],
      ALWAYS,
    );
    expect(JSON.stringify(specOf(here, 'x-access'))).toContain(
      '"intents.otterize.com/owner-kind":"StatefulSet"',
    );
    expect(JSON.stringify(specOf(operator, 'x-access'))).not.toContain('owner-kind');
    expect(reasonsOf(here)).toEqual(expect.arrayContaining(['egress-ignores-kind']));
  });

  it('W-9: intents of one kind give no access label to a namesake of another', () => {
    const { here, operator } = both(
      [workload('a/x'), workload('a/x', { kind: 'StatefulSet', labels: { app: 'job' } }), workload('a/s')],
      [intents('a/x[Deployment]', calls('a/s'))],
    );
    const job = workloadOf(operator, 'a/x[StatefulSet]');
    expect(Object.keys(job).some((key) => key.includes('/access-'))).toBe(true);
    expect(Object.keys(workloadOf(here, 'a/x[StatefulSet]')).some((key) => key.includes('/access-'))).toBe(
      false,
    );
    expect(reasonsOf(here)).toEqual(['labels-ignore-kind']);
  });

  it('W-11: the API server is opened by endpoint, in blocks of its address family', () => {
    const api: Target = { type: 'kubernetes-api', place: NOWHERE };
    const kubernetesApi = ['10.0.0.1:6443', '[fd00::1]:443'];
    const { here } = both([workload('a/x')], [intents('a/x', api)], { ...ALWAYS, kubernetesApi });
    const to = (cidr: string, port: number): JsonObject => ({
      to: [{ ipBlock: { cidr } }],
      ports: [{ protocol: 'TCP', port }],
    });
    expect(specOf(here, 'x-access')).toMatchObject({
      egress: expect.arrayContaining([to('10.0.0.1/32', 6443), to('fd00::1/128', 443)]),
    });
    expect(reasonsOf(here)).toEqual(['api-server-rule', 'dns-to-anywhere']);
  });

  it('W-12: addresses from the status of an object are not taken over', () => {
    const status = { resolvedIPs: [{ dns: 'a.example.com', ips: ['192.0.2.1'] }] };
    const metadata = { name: 'x-intents', namespace: 'a' };
    const object = manifest(
      'k8s.otterize.com/v2beta1',
      'ClientIntents',
      { metadata, status },
      'x-intents',
      'a',
    );
    const target = internet({ domains: ['a.example.com'], ips: ['198.51.100.1'] });
    const { here, operator } = both([workload('a/x'), object], [intents('a/x', target)], ALWAYS);
    expect(JSON.stringify(specOf(here, 'x-access'))).not.toContain('192.0.2.1');
    expect(JSON.stringify(specOf(operator, 'x-access'))).toContain('192.0.2.1');
    expect(reasonsOf(here)).toEqual(['dns-to-anywhere', 'resolved-domains']);
  });

  it('W-13: a ProtectedService with a name that nothing has is reported', () => {
    const spec = { name: 'No Such' };
    const metadata = { name: 'p', namespace: 'a' };
    const object = manifest('k8s.otterize.com/v2beta1', 'ProtectedService', { metadata, spec }, 'p', 'a');
    const { protectedServices, findings } = readIntents([object]);
    expect(findings).toHaveLength(1);
    expect(ids(both([object], [], { protectedServices }).here)).toContain(
      'error protected-service-not-found',
    );
  });

  it('W-14: a ProtectedService of a Service enforces the intents to it at once, and no longer than it is there', () => {
    const server = { namespace: 'a', name: 's', kind: 'Service' };
    const resources = [workload('a/x'), workload('a/s'), service('a/s')];
    const withProtection = (protectedServices: CompileOptions['protectedServices']): string[] =>
      names(
        compiled(resources, [intents('a/x', callsService('a/s'))], {
          profile: 'otterize',
          enforcement: { default: 'shadow' },
          ...(protectedServices === undefined ? {} : { protectedServices }),
        }),
      );
    expect(withProtection([])).toEqual([]);
    expect(withProtection([{ namespace: 'a', name: 'p', server, place: NOWHERE }])).toEqual([
      'a/default-deny-s-service',
      'a/s-service-access',
    ]);
  });

  it('W-15: a ProtectedService with a kind isolates the workload that intents name without', () => {
    const server = { namespace: 'a', name: 's', kind: 'Deployment' };
    const protectedServices = [{ namespace: 'a', name: 'p', server, place: NOWHERE }];
    const { here } = both([workload('a/x'), workload('a/s')], [intents('a/x', calls('a/s'))], {
      protectedServices,
    });
    expect(names(here)).toEqual(['a/default-deny-s-deployment', 'a/s-access']);
  });

  it('W-16: two pods with one called-by annotation give one policy', () => {
    const annotations = { 'intents.otterize.com/called-by': '[{"name":"x.a","kind":"Deployment"}]' };
    const { here, operator } = both(
      [workload('a/x'), workload('a/s', { annotations })],
      [intents('a/x', calls('a/t')), intents('a/y', calls('a/s'))],
    );
    for (const result of [here, operator])
      expect(names(result).filter((name) => name.includes('s-deployment'))).toEqual([
        'a/s-deployment-access',
      ]);
  });

  it('W-17: intents that state the kind of a pod named by annotation are reported', () => {
    const annotations = { 'intents.otterize.com/workload-name': 'shop' };
    const { here } = both(
      [workload('a/x'), workload('a/s', { annotations })],
      [intents('a/x', calls('a/shop[Deployment]'))],
    );
    expect(here.findings.filter(({ severity }) => severity === 'error')).toHaveLength(1);
    expect(names(here)).toEqual([]);
    expect(reasonsOf(here)).toEqual(['no-pods']);
  });

  it('W-18: an Ingress opens the ports that it names, not all ports of the Service', () => {
    const spec = { defaultBackend: { service: { name: 's', port: { number: 80 } } } };
    const metadata = { name: 'to-s', namespace: 'a' };
    const { here, operator } = both(
      [
        workload('a/x'),
        workload('a/s'),
        service('a/s', {
          ports: [
            { name: 'http', port: 80 },
            { name: 'admin', port: 9090 },
          ],
        }),
        manifest('networking.k8s.io/v1', 'Ingress', { metadata, spec }, 'to-s', 'a'),
      ],
      [intents('a/x', calls('a/s'))],
    );
    expect(specOf(here, 'external-access-to-s')).toMatchObject({ ingress: [{ ports: [{ port: 80 }] }] });
    expect(specOf(operator, 'external-access-to-s')).toMatchObject({
      ingress: [{ ports: [{ port: 80 }, { port: 9090 }] }],
    });
    expect(reasonsOf(here)).toEqual(['external-wide']);
  });

  it('W-21: pods have their labels from the start, in the template of their workload', () => {
    const { here } = both([workload('a/x'), workload('a/s')], [intents('a/x', calls('a/s'))]);
    expect(here.podLabels.map(({ workload: { id } }) => id)).toEqual(['a/s[Deployment]', 'a/x[Deployment]']);
  });

  it('W-22: a foreign pod that wears the access label of a server is an error', () => {
    const probe = compiled([workload('a/x'), workload('a/s')], [intents('a/x', calls('a/s'))], {
      profile: 'otterize',
    });
    const label =
      Object.keys(workloadOf(probe, 'a/x[Deployment]')).find((key) => key.includes('/access-')) ?? '';
    const { here } = both(
      [workload('a/x'), workload('a/s'), workload('a/thief', { labels: { app: 'thief', [label]: 'true' } })],
      [intents('a/x', calls('a/s'))],
    );
    expect(ids(here)).toContain('error stale-access-label');
  });
});

describe('what else differs from the operator', () => {
  it('DNS of clients is open to the DNS pods, not to every address (4.9)', () => {
    const { here } = both([workload('a/x'), workload('a/s')], [intents('a/x', calls('a/s'))], ALWAYS);
    expect(JSON.stringify(specOf(here, 'x-access'))).toContain('kube-dns');
    expect(reasonsOf(here)).toEqual(['dns-to-anywhere']);
  });

  it('a range of everything leaves out the metadata address (4.8)', () => {
    const { here, operator } = both(
      [workload('a/x')],
      [intents('a/x', internet({ ips: ['0.0.0.0/0'] }))],
      ALWAYS,
    );
    expect(JSON.stringify(specOf(here, 'x-access'))).toContain('169.254.169.254');
    expect(JSON.stringify(specOf(operator, 'x-access'))).not.toContain('169.254.169.254');
    expect(reasonsOf(here)).toEqual(['dns-to-anywhere', 'metadata-address']);
  });

  it('a Service in front of the target that leads elsewhere too is not named (4.6)', () => {
    const shared = { labels: { app: 'y', part: 'all' } };
    const { here, operator } = both(
      [
        workload('a/x'),
        workload('a/s', { labels: { app: 's', part: 'all' } }),
        workload('a/y', shared),
        service('a/all', { selector: { part: 'all' } }),
        service('a/s'),
      ],
      [intents('a/x', calls('a/s'))],
      ALWAYS,
    );
    expect(JSON.stringify(specOf(operator, 'x-access'))).toContain('"part":"all"');
    expect(JSON.stringify(specOf(here, 'x-access'))).not.toContain('"part":"all"');
    expect(JSON.stringify(specOf(here, 'x-access'))).toContain('"app":"s"');
    expect(reasonsOf(here)).toEqual(['dns-to-anywhere', 'wide-service-selector']);
  });

  it('a Service without ports opens nothing (4.4)', () => {
    const { here, operator } = both(
      [workload('a/x'), workload('a/s'), service('a/s', { ports: [] })],
      [intents('a/x', callsService('a/s'))],
    );
    expect(names(here)).toEqual([]);
    expect(JSON.stringify(specOf(operator, 's-service-access'))).not.toContain('ports');
    expect(ids(here)).toContain('error service-without-ports');
    expect(reasonsOf(here)).toEqual(['no-pods']);
  });

  it('targets that restrict themselves to ports are held to them (10.1, issue 485)', () => {
    const { here, operator } = both([workload('a/x'), workload('a/s')], [intents('a/x', calls('a/s', 80))]);
    expect(JSON.stringify(specOf(here, 's-access'))).toContain('"port":80');
    expect(JSON.stringify(specOf(operator, 's-access'))).not.toContain('port"');
    expect(reasonsOf(here)).toEqual(['target-ports']);
  });

  it('a policy that a default deny of somebody else makes necessary is extra (4.2)', () => {
    const { here } = both([workload('a/x')], [intents('a/x', internet({ ips: ['192.0.2.1'] }))]);
    expect(reasonsOf(here)).toEqual([]);
  });

  it('has a finding for each reason once, that names the objects', () => {
    const servers = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const { here } = both(
      servers.map((name) => workload(`a/${name}`)),
      servers.map((name) => intents(`a/${name}`, calls('a/a'))),
      ALWAYS,
    );
    const [found] = here.findings.filter(({ id }) => id === 'otterize-differs');
    expect(found).toMatchObject({ severity: 'info', object: 'NetworkPolicy/a/a-access' });
    expect(found?.message).toContain('NetworkPolicy/a/e-access and 2 more');
  });

  it.each([
    { default: 'shadow' },
    { namespaces: { a: 'enforce' } },
    {},
  ] satisfies CompileOptions['enforcement'][])(
    'refuses strictOtterize together with enforcement in steps, which would write less than the operator: %j',
    (enforcement) => {
      expect(() => compiled([], [], { profile: 'otterize', strictOtterize: true, enforcement })).toThrow(
        /strictOtterize is true: .*Change over first/,
      );
    },
  );

  it('refuses strictOtterize for another profile', () => {
    expect(() => compiled([], [], { strictOtterize: true })).toThrow('strictOtterize');
  });
});

function workloadOf(result: Compilation, id: string): Readonly<Record<string, string>> {
  return labelsOf(result, id) ?? {};
}
