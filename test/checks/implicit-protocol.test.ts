import { CHECKS, DEFAULT_CHECKS, SYNTH_CHECKS } from '../../src/checks';
import { implicitProtocol } from '../../src/checks/implicit-protocol';
import { networkPolicy, placesOf } from './check-fixture';

describe('implicit-protocol', () => {
  it('finds ports without protocol, which are TCP (network-policy-semantics 2.1 item 9)', () => {
    const ports = '[{ port: 80 }, { port: http }, { port: 80, protocol: UDP }, { protocol: UDP }]';
    const spec = `{ podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{ ports: ${ports} }], egress: [{ ports: [{ port: 53 }] }] }`;
    expect(placesOf(implicitProtocol, networkPolicy(spec)).sort()).toEqual([
      'spec.egress[0].ports[0]',
      'spec.ingress[0].ports[0]',
      'spec.ingress[0].ports[1]',
    ]);
  });

  it('is off until it is asked for', () => {
    expect(CHECKS).toContain(implicitProtocol);
    expect(DEFAULT_CHECKS).not.toContain(implicitProtocol);
    expect(SYNTH_CHECKS).not.toContain(implicitProtocol);
  });
});
