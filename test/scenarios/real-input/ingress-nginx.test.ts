import type { Chart } from 'cdk8s';
import { DefaultDeny, NetworkPolicy, Peer } from 'cdk8s-intents';
import { readPolicies } from '../../../src/policies/read-policies';
import {
  changedObjects,
  describeApplication,
  filesOf,
  said,
  serious,
  synthesize,
  type Output,
} from './applications';
import { connectionsOf } from './connections';
import { cutOffs } from './cut-off-rows';
import { expectTable } from './doc-tables';

const NAMESPACE = 'ingress-nginx';
const CONTROL_PLANE = '203.0.113.0/28';

describeApplication('ingress-nginx', () => {
  const files = filesOf('ingress-nginx/deploy.yaml');
  const synth = (add: (chart: Chart) => void, compiler = {}): Output =>
    synthesize({ namespace: NAMESPACE, files, namespaceObject: false, add, compiler });
  const deny = (chart: Chart): void => {
    new DefaultDeny(chart, 'deny');
  };
  const denied = synth(deny);

  it('is brought in unchanged, Namespace and Jobs with it', () => {
    expect(changedObjects(files, NAMESPACE, denied)).toEqual([]);
    expect(denied.cluster.workloads.map(({ id }) => id)).toEqual([
      'ingress-nginx/ingress-nginx-admission-create[Job]',
      'ingress-nginx/ingress-nginx-admission-patch[Job]',
      'ingress-nginx/ingress-nginx-controller[Deployment]',
    ]);
  });

  const openOutside = (output: Output): (readonly [string, string])[] =>
    [...connectionsOf(output)].filter(([pair, ports]) => ports !== 'none' && pair.startsWith('outside'));

  it('stays open to the load balancer and to the API server under a default deny, and to nothing else', () => {
    expect(openOutside(denied)).toEqual([
      ['outside (IPv4) > ingress-nginx-controller', 'TCP 80, 443, 8443'],
      ['outside (IPv6) > ingress-nginx-controller', 'TCP 80, 443, 8443'],
    ]);
    expect(serious(denied)).toEqual([
      'warning webhook-callers-unknown Service/ingress-nginx/ingress-nginx-controller-admission',
    ]);
  });

  it('lets just the API server in to its webhook where its addresses are given', () => {
    const known = synth(deny, { controlPlaneCidrs: [CONTROL_PLANE] });
    expect(serious(known)).toEqual([]);
    const policy = readPolicies(known.cluster.resources).kubernetes.find(({ name }) =>
      name.startsWith('webhook-'),
    );
    expect(policy).toMatchObject({
      name: 'webhook-ingress-nginx-admission-access-to-ingress-nginx-controller-admission',
      ingress: [{ peers: [{ type: 'ipBlock' }], ports: [{ port: 'webhook' }] }],
    });
  });

  it('loses its admission webhook to the default deny where nothing is opened, and the synth says so', () => {
    const webhookOff = synth(deny, { webhookTraffic: 'off' });
    expect(serious(webhookOff)).toEqual([
      'warning api-server-cut-off Deployment/ingress-nginx/ingress-nginx-controller',
    ]);
    expect(said(webhookOff, 'api-server-cut-off')).toEqual([
      expect.stringContaining('on TCP 8443 for ValidatingWebhookConfiguration/ingress-nginx-admission'),
    ]);
    const off = synth(deny, { externalTraffic: 'off', webhookTraffic: 'off' });
    expect([...cutOffs(off)].map(([name]) => name)).toEqual(['ingress-nginx-controller']);
    const rows = [
      ['none', denied],
      ['`webhookTraffic: off`', webhookOff],
      ['`externalTraffic: off`, `webhookTraffic: off`', off],
    ] as const;
    expectTable(
      'ingress-nginx-synth',
      ['Options', 'Finding', 'Message'],
      rows.flatMap(([option, output]) =>
        output.findings
          .filter(({ severity }) => severity !== 'info')
          .map(({ id, message }) => [option, id, message])
          .sort(([, a = ''], [, b = '']) => (a < b ? -1 : 1)),
      ),
    );
  });

  it('keeps the webhook with a policy for the addresses of the control plane', () => {
    const opened = synth((chart) => {
      deny(chart);
      new NetworkPolicy(chart, 'webhook', {
        pods: { 'app.kubernetes.io/component': 'controller' },
        ingress: [{ peers: [Peer.addresses(CONTROL_PLANE)], ports: [8443] }],
      });
    });
    expect(serious(opened)).toEqual([]);
  });
});
