import { printCidr } from '../../../src/model/cidr';
import type { Finding } from '../../../src/model/finding';
import type { CalicoPolicy } from '../../../src/policies/calico/policy';
import { printSelector } from '../../../src/policies/calico/selector-printer';
import { readCalicoPolicy } from '../../../src/policies/calico/read-policy';
import { fromYaml, resourceOf } from '../resource-fixture';
import { egress, good, ingress, peer, read, type Kind } from './policy-fixture';

describe('readCalicoPolicy', () => {
  describe('takes what Calico 3.31 takes, as it takes it, with a warning', () => {
    const taken = (
      spec: string,
      kind?: Kind,
    ): { policy: CalicoPolicy; rule: CalicoPolicy['ingress'][0] | undefined; ids: string[] } => {
      const { policy, findings } = read(spec, kind);
      expect(findings.filter(({ severity }) => severity !== 'warning')).toEqual([]);
      if (policy === undefined) throw new Error('not read');
      return { policy, rule: policy.ingress[0] ?? policy.egress[0], ids: findings.map(({ id }) => id) };
    };

    it.each(['{}', '{ names: [], selector: "" }', `{ names: ["a'b"], selector: has(x) }`])(
      'serviceAccounts %s: no restriction at all (2.4 item 4)',
      (match) => {
        const { rule, ids } = taken(peer(`{ serviceAccounts: ${match} }`));
        expect(rule?.source).toEqual({ nets: [], notNets: [], ports: [], notPorts: [] });
        expect(ids).toEqual(['doubtful-service-accounts']);
      },
    );

    it.each([
      '{ action: Deny, protocol: ICMPv6, source: { nets: [10.0.0.0/8] } }',
      '{ action: Deny, protocol: ICMP, destination: { notNets: ["fd00::/8"] } }',
    ])(
      '%s, whose protocol is of another IP version than its blocks: no packet (validateRule of v3.31)',
      (rule) => {
        const { rule: read, ids } = taken(ingress(rule));
        expect(read?.ipVersion).toBe(read?.protocol === 1 ? 4 : 6);
        expect(ids).toEqual(['opposed-families']);
      },
    );

    it('a blank selector of a global policy or of its rules, alone: all() (calico-policy-model 3.2)', () => {
      const { findings, policy } = read(
        '{ selector: " ", ingress: [{ action: Deny, source: { selector: "\t" } }] }',
      );
      expect(findings).toEqual([]);
      expect([policy?.selector, policy?.ingress[0]?.source.selector]).toEqual([
        { type: 'all' },
        { type: 'all' },
      ]);
    });

    it('a service account that no account can be called: nobody (2.4 item 4)', () => {
      const { rule, ids } = taken(peer('{ serviceAccounts: { names: [A_b] } }'));
      expect(rule?.source.serviceAccounts).toEqual({ names: ['A_b'] });
      expect(ids).toEqual(['doubtful-service-accounts']);
    });

    it('a service account whose quote makes another selector: that selector (2.4 item 4)', () => {
      const { rule, ids } = taken(
        peer(
          `{ selector: has(b), serviceAccounts: { names: ["x'} || has(a) || y in {'"], selector: has(c) } }`,
        ),
      );
      expect(rule?.source.selector && printSelector(rule.source.selector)).toBe(
        '((projectcalico.org/serviceaccount in {"x"} || has(a) || y in {""}) && has(b))',
      );
      expect(rule?.source.serviceAccounts).toEqual({ names: [], selector: { type: 'has', key: 'c' } });
      expect(ids).toEqual(['doubtful-service-accounts']);
    });

    it.each(['{ name: dns }', '{ name: dns, namespace: "" }'])(
      'services %s in a namespaced policy: nobody (2.6)',
      (services) => {
        const { rule, ids } = taken(
          egress(`{ action: Deny, destination: { services: ${services} } }`),
          'NetworkPolicy',
        );
        expect(rule?.destination.services).toEqual({ name: 'dns' });
        expect(ids).toEqual(['service-without-namespace']);
      },
    );

    it('empty criteria beside services', () => {
      const { services } =
        good(
          egress(
            '{ action: Allow, destination: { services: { name: a, namespace: b }, selector: "", nets: [] } }',
          ),
        ).egress[0]?.destination ?? {};
      expect(services).toEqual({ name: 'a', namespace: 'b' });
    });

    it.each(['a == "global(x"', 'a == "all()"'])('the value of %s: no label has it (4.2)', (selector) => {
      const { policy, ids } = taken(`{ selector: '${selector}' }`);
      expect(policy.selector).toMatchObject({ type: 'compare', key: 'a' });
      expect(ids).toEqual(['doubtful-selector']);
    });

    it('global( ) in a policy: everything (2.2 item 3)', () => {
      const { policy, ids } = taken('{ selector: "global( )" }');
      expect(policy.selector).toEqual({ type: 'global' });
      expect(ids).toEqual(['doubtful-selector']);
    });

    it.each([
      ['10.0.0.0/08', '10.0.0.0/8'],
      ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
      ['::/00', '::/0'],
    ])('the block %s is %s', (written, meant) => {
      const [net] = good(peer(`{ nets: ["${written}"] }`)).ingress[0]?.source.nets ?? [];
      expect(net && printCidr(net)).toBe(meant);
    });

    it('0.0.0.0/0 in another spelling in notNets: nothing (2.3 item 8)', () => {
      const { rule, ids } = taken(peer('{ notNets: [0.0.0.0/00] }'));
      expect(rule?.source.notNets).toHaveLength(1);
      expect(ids).toEqual(['excludes-everything']);
    });

    it('no spec: everything is denied (1.2)', () => {
      const findings: Finding[] = [];
      const manifest = fromYaml(
        '{ apiVersion: projectcalico.org/v3, kind: GlobalNetworkPolicy, metadata: { name: p } }',
      );
      expect(readCalicoPolicy(resourceOf(manifest), findings)).toMatchObject({
        types: ['ingress'],
        ingress: [],
      });
      expect(findings.map(({ id, severity }) => `${severity} ${id}`)).toEqual(['warning missing-spec']);
    });

    it('more rules than later versions take', () => {
      const rules = Array.from({ length: 1025 }, () => '{ action: Allow }').join(', ');
      expect(taken(ingress(rules)).ids).toEqual(['refused-by-some-versions']);
    });
  });

  describe('warns of what Calico 3.31 refuses and other versions take', () => {
    it.each([
      [
        'names of ports without protocol (2.3 item 3)',
        '{ action: Allow, destination: { ports: [http] } }',
        'destination.ports',
      ],
      ['icmp beside the number (2.3 item 5)', '{ action: Allow, protocol: 1, icmp: { type: 8 } }', 'icmp'],
    ])('%s', (_, rule, place) => {
      const { policy, findings } = read(ingress(rule));
      expect(policy?.ingress).toHaveLength(1);
      expect(findings.map(({ id, severity, place: { file } }) => [id, severity, file])).toEqual([
        ['refused-by-some-versions', 'warning', `spec.ingress[0].${place}`],
      ]);
      expect(findings[0]?.message).toContain('Calico 3.31 refuses');
    });

    it('http beside the number (2.3 item 9)', () => {
      const { policy, findings } = read(ingress('{ action: Allow, protocol: 6, http: { methods: [GET] } }'));
      expect(policy?.ingress).toHaveLength(1);
      expect(findings.map(({ id }) => id)).toEqual(['http-not-enforced', 'refused-by-some-versions']);
    });

    it('but not of the protocols by name', () => {
      good(ingress('{ action: Allow, protocol: ICMP, icmp: { type: 8 } }'));
      good(ingress('{ action: Allow, protocol: TCP, destination: { ports: [http] } }'));
      good(ingress('{ action: Allow, protocol: 6, destination: { ports: [http] } }'));
    });
  });
});
