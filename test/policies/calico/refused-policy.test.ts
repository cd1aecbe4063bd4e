import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { read, type Kind } from './policy-fixture';

interface Refused {
  readonly title: string;
  readonly kind?: Kind;
  readonly spec: string;
  readonly place: string;
  readonly message: string;
  readonly mend: string;
}

const REFUSED = parse(readFileSync(join(__dirname, 'refused.yaml'), 'utf8')) as readonly Refused[];

describe('what the API server of Calico refuses', () => {
  it.each(REFUSED)('$title', ({ spec, kind, place, message, mend }) => {
    const { policy, findings } = read(spec, kind);
    expect(policy).toBeUndefined();
    const errors = findings.filter(({ severity }) => severity === 'error');
    expect(errors.map((error) => [error.place.file, error.message, error.mend])).toEqual([
      [place, expect.stringContaining(message.replace('@', place)), expect.stringContaining(mend)],
    ]);
  });

  it('does not call a list empty that is none', () => {
    for (const spec of ['{ ingress: { action: Allow } }', '{ ingress: [Allow] }']) {
      expect(read(spec).findings.map(({ id }) => id)).toEqual(['invalid-field']);
    }
  });
});
