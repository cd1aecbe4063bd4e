import type { JsonObject } from '../../src/model/json';
import { readPolicies } from '../../src/policies/read-policies';
import { resourceOf } from '../policies/resource-fixture';
import { hasGo } from './build';
import { Engine } from './engine';

const suite = hasGo() ? describe : describe.skip;
if (!hasGo()) process.stderr.write('SKIPPED: no `go` on the path, so no second opinion on network sets.\n');

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', namespace: 'x' },
  spec: { containers: [{ name: 'a', image: 'x' }] },
  status: { phase: 'Running', podIPs: [{ ip: '10.244.0.1' }] },
};
const POLICY = {
  apiVersion: 'projectcalico.org/v3',
  kind: 'GlobalNetworkPolicy',
  metadata: { name: 'p' },
  spec: { types: ['Ingress'], ingress: [{ action: 'Allow', source: { selector: "a == 'b'" } }] },
};

function setOf(net: string): JsonObject {
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: 'GlobalNetworkSet',
    metadata: { name: 's', labels: { a: 'b' } },
    spec: { nets: [net] },
  };
}

// The second ends in ipset.go, which reads what it is given as CanonicaliseMember of felix/ipsets does.
suite('A network set with', () => {
  it.each(['', '::ffff:10.0.0.0/104'])(
    "the net %j is taken by Calico's API server and not by Felix, and we warn of it",
    async (net) => {
      const engine = Engine.start('calico');
      try {
        expect(await engine.validate([setOf(net)])).toEqual(['']);
        const asked = [{ from: '10.0.0.1', to: '10.244.0.1', protocol: 6, port: 80 }];
        await expect(engine.judge([POD, setOf(net), POLICY], asked)).rejects.toThrow('panic');
      } finally {
        await engine.stop();
      }
      const { findings } = readPolicies([resourceOf(setOf(net))]);
      expect(findings).toMatchObject([{ id: 'doubtful-net', severity: 'warning' }]);
      expect(findings[0]?.message).toContain('Felix 3.31');
    },
    1_800_000,
  );
});
