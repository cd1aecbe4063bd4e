import fc from 'fast-check';
import { resourceId } from '../../src/model/resource';
import { run } from './pipeline';

/** Calico API v3: `action` is an enumeration, `protocol` one of these names or a number from 1 to 255. */
const ACTIONS = ['Allow', 'Deny', 'Log', 'Pass'];
const PROTOCOLS = ['TCP', 'UDP', 'ICMP', 'ICMPv6', 'SCTP', 'UDPLite'];

const words = fc.oneof(
  fc.constantFrom<unknown>(
    ...ACTIONS,
    ...PROTOCOLS,
    'allow',
    'DENY',
    'Drop',
    'Reject',
    'Accept',
    'Next',
    'tcp',
    'icmp',
  ),
  fc.constantFrom<unknown>('', ' Allow', 'Allow ', 'Allоw', '6', '0', '255', '256', true, null, [], {}, [
    'Allow',
  ]),
  fc.integer({ min: -2, max: 300 }),
  fc.double({ min: 0, max: 10, noNaN: true, noDefaultInfinity: true }),
);

function verdict(object: unknown): { readonly read: boolean; readonly error: boolean } {
  const outcome = run(JSON.stringify(object));
  const { calico, clusterWide } = outcome.policies;
  const [resource] = outcome.cluster.resources;
  return {
    read: calico.length + clusterWide.length > 0,
    error: outcome.findings.some(
      ({ severity, object: about }) =>
        severity === 'error' && resource !== undefined && about === resourceId(resource),
    ),
  };
}

const calico = (rule: object): object => ({
  apiVersion: 'projectcalico.org/v3',
  kind: 'GlobalNetworkPolicy',
  metadata: { name: 'p' },
  spec: { ingress: [rule] },
});

const clusterWide = (action: unknown): object => ({
  apiVersion: 'policy.networking.k8s.io/v1alpha2',
  kind: 'ClusterNetworkPolicy',
  metadata: { name: 'p' },
  spec: {
    tier: 'Admin',
    priority: 1,
    subject: { namespaces: {} },
    ingress: [{ action, from: [{ namespaces: {} }] }],
  },
});

describe('words of an enumeration', () => {
  it('that are no action of Calico are an error, and the policy does not exist', () => {
    fc.assert(
      fc.property(words, (action) => {
        const known = ACTIONS.some((word) => word === action);
        expect(verdict(calico({ action }))).toEqual({ read: known, error: !known });
      }),
    );
  });

  it('and numbers that are no protocol of Calico are an error, and the policy does not exist', () => {
    fc.assert(
      fc.property(words, (protocol) => {
        const known =
          protocol === null ||
          PROTOCOLS.some((word) => word === protocol) ||
          (typeof protocol === 'number' && Number.isInteger(protocol) && protocol >= 1 && protocol <= 255);
        // A text of digits is a number to Calico where it is stored, and undecided here: reading may say either.
        fc.pre(typeof protocol !== 'string' || !/^[0-9]+$/.test(protocol));
        expect(verdict(calico({ action: 'Allow', protocol }))).toEqual({ read: known, error: !known });
      }),
    );
  });

  it('that are no action of a ClusterNetworkPolicy are an error, and the policy does not exist', () => {
    fc.assert(
      fc.property(words, (action) => {
        const known = ['Accept', 'Deny', 'Pass'].some((word) => word === action);
        expect(verdict(clusterWide(action))).toEqual({ read: known, error: !known });
      }),
    );
  });
});
