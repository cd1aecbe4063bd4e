import { differences } from '../../../src/controller/desired/declared-differences';
import type { ClientIntents, Target } from '../../../src/intents/client-intents';
import { NOWHERE } from '../../../src/model/place';

const target = (name: string, port?: number): Target => ({
  type: 'workload',
  server: { namespace: 'shop', name },
  ports: port === undefined ? [] : [{ port, protocol: 'TCP' }],
  layer7: 'none',
  place: NOWHERE,
});

const declared = (name: string, ...targets: Target[]): ClientIntents => ({
  namespace: 'shop',
  name,
  client: { namespace: 'shop', name },
  targets,
  place: NOWHERE,
});

/** Client and targets, in short. */
const texts = (list: readonly ClientIntents[]): string[] =>
  list.flatMap(({ name, targets }) =>
    targets.map((one) => `${name} → ${one.type === 'workload' ? one.server.name : one.type}`),
  );

describe('the differences of two lists of declarations', () => {
  it('are whole declarations that only one has', () => {
    const both = declared('web', target('cart'));
    expect(
      texts(differences([both, declared('old', target('db'))], [both, declared('new', target('mq'))])),
    ).toEqual(['old → db', 'new → mq']);
  });

  it('are, of one that both have, the targets that only one names', () => {
    const before = declared('web', target('cart'), target('db'), target('mq', 1));
    const after = declared('web', target('mq', 2), target('cart'), target('db'));
    expect(texts(differences([before], [after]))).toEqual(['web → mq', 'web → mq']);
    expect(differences([before], [declared('web', target('db'), target('mq', 1), target('cart'))])).toEqual(
      [],
    );
  });

  it('tell apart how often a target is named, and by which of two of one name', () => {
    const once = declared('web', target('cart'));
    const twice = declared('web', target('cart'), target('cart'));
    expect(texts(differences([once], [twice]))).toEqual(['web → cart']);
    expect(texts(differences([twice], [once]))).toEqual(['web → cart']);
    expect(
      texts(differences([once, declared('web', target('db'))], [declared('web', target('db'))])),
    ).toEqual(['web → cart']);
  });

  it('are all targets of one whose client is another', () => {
    const other = { ...declared('web', target('cart')), client: { namespace: 'shop', name: 'api' } };
    expect(differences([declared('web', target('cart'))], [other])).toHaveLength(2);
  });
});
