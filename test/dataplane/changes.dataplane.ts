import { DataplaneEngine, withPackets } from './engine';
import { gridWith } from './grid';
import type { Probe } from './protocol';

const DENY = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny, namespace: shop }
spec: { podSelector: { matchLabels: { app: api } }, policyTypes: [Ingress, Egress] }
`;
const WEB_TO_API = { from: '10.244.0.1', to: '10.244.0.2', port: 9090 };

/*
 * Policies judge the first packet of a connection (calico-policy-model 5.4): what has begun goes on, either way, for as
 * long as the kernel remembers it, and what begins afterwards does not.
 */
withPackets.each(['calico', 'nfqueue'] as const)(
  'a policy that changes under an open connection (%s)',
  (name) => {
    let engine: DataplaneEngine;
    beforeAll(async () => {
      engine = await DataplaneEngine.connect(name);
    });
    afterEach(() => engine.closeConnections());
    afterAll(() => engine.leave());

    const enforce = async (policies: string): Promise<void> => {
      const { objects, outside } = gridWith(policies);
      expect(await engine.cluster(objects, outside)).toEqual([]);
    };
    const verdict = async (probe: Probe): Promise<string | undefined> =>
      (await engine.probe([probe]))[0]?.verdict;

    it.each([
      ['TCP', 6],
      ['UDP', 17],
    ])('leaves what is established over %s alone, both ways, and stops what is new', async (_, protocol) => {
      const probe = { ...WEB_TO_API, protocol };
      await enforce('');
      const { connection = 0, result } = await engine.connect(probe);
      expect(result.verdict).toBe('allow');
      await enforce(DENY);
      expect((await engine.exchange(connection)).verdict).toBe('allow');
      expect((await engine.exchange(connection, 'server')).verdict).toBe('allow');
      expect(await verdict(probe)).toBe('deny');
      expect((await engine.connect(probe)).result.verdict).toBe('deny');
      await engine.closeConnections();
      expect(await verdict(probe)).toBe('deny');
    });

    it('opens for what was refused before as soon as it is gone', async () => {
      const probe = { ...WEB_TO_API, protocol: 6 };
      await enforce(DENY);
      expect(await verdict(probe)).toBe('deny');
      await enforce('');
      expect(await verdict(probe)).toBe('allow');
    });
  },
);
