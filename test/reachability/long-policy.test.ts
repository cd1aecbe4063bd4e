import fc from 'fast-check';
import { gnp, pod, World } from './world';

const pods = ['a', 'b', 'c', 'd'].map((name) => pod('app', name, `app: ${name}`)).join('');

interface Rule {
  readonly action: 'Allow' | 'Deny';
  readonly from: string;
  readonly ports: readonly [number, number];
}

const rule = fc.record({
  action: fc.constantFrom('Allow' as const, 'Deny' as const),
  from: fc.constantFrom('a', 'b', 'c'),
  ports: fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 2 })),
});

function text({ action, from, ports: [first, more] }: Rule): string {
  const source = `source: { selector: 'app == "${from}"' }`;
  return `{ action: ${action}, protocol: TCP, ${source}, destination: { ports: ["${first}:${first + more}"] } }`;
}

/** The first rule that matches decides (calico-policy-model 5.3). */
function plainly(rules: readonly Rule[], from: string, port: number): 'allow' | 'deny' {
  const deciding = rules.find(
    ({ from: source, ports: [first, more] }) => source === from && first <= port && port <= first + more,
  );
  return deciding?.action === 'Allow' ? 'allow' : 'deny';
}

describe('a policy with more rules than one sweep takes', () => {
  it('is read from the first rule to the last', () => {
    fc.assert(
      fc.property(fc.array(rule, { minLength: 12, maxLength: 70 }), (rules) => {
        const ingress = rules.map(text).join(', ');
        const world = new World(
          pods + gnp('x', `selector: 'app == "d"', types: [Ingress], ingress: [${ingress}]`),
        );
        for (const from of ['a', 'b', 'c']) {
          for (let port = 0; port < 10; port++) {
            expect([from, port, world.ask(`app/${from}`, 'app/d', `TCP ${port}`)]).toEqual([
              from,
              port,
              plainly(rules, from, port),
            ]);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});
