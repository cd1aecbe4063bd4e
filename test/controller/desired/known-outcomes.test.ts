import { KnownOutcomes } from '../../../src/controller/desired/known-outcomes';
import type { IntentsOutcome } from '../../../src/controller/desired/unit';
import type { ClientIntents } from '../../../src/intents/client-intents';
import { readIntents } from '../../../src/intents/read-intents';
import { clientIntents, observed } from '../world';

function declaration(name: string): ClientIntents {
  const [read] = readIntents([observed(clientIntents('shop', name, [])).resource]).intents;
  if (read === undefined) throw new Error('it cannot be read');
  return read;
}

const OUTCOME: IntentsOutcome = { clients: [], targets: [], findings: [] };

describe('outcomes of declarations', () => {
  const [web, cart, other] = [declaration('web'), declaration('cart'), declaration('cart')];
  const objects = { of: 'the namespace' };

  it('are found again only for declarations that are new, while all else is the same', () => {
    const known = new KnownOutcomes();
    const found: ClientIntents[] = [];
    const find = (one: ClientIntents): IntentsOutcome => {
      found.push(one);
      return { ...OUTCOME };
    };
    const before = known.of('shop', [web, cart], [objects], find);
    const after = known.of('shop', [web, other], [objects], find);
    expect(found).toEqual([web, cart, other]);
    expect(after.get(web)).toBe(before.get(web));
    expect([...after.keys()]).toEqual([web, other]);
  });

  it('are found again for all of them when anything else changes, or another namespace asks', () => {
    const known = new KnownOutcomes();
    let count = 0;
    const find = (): IntentsOutcome => {
      count++;
      return OUTCOME;
    };
    known.of('shop', [web], [objects], find);
    known.of('shop', [web], [{ ...objects }], find);
    known.of('shop', [web], [], find);
    known.of('billing', [web], [], find);
    known.forget('shop');
    known.of('shop', [web], [], find);
    expect(count).toBe(5);
  });
});
