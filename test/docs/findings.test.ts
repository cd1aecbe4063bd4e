import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKS } from '../../src/checks';
import { findingIds } from './finding-ids';

const ROOT = join(__dirname, '../..');
const ids = findingIds(join(ROOT, 'src'));
const SEVERITIES = ['error', 'warning', 'info'];

/** The rows of all tables: id, severity, meaning, mend. */
const rows = readFileSync(join(ROOT, 'docs/findings.md'), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, id, ...cells] = /^\| `([^`]+)` +\| (.+) \|$/.exec(line) ?? [];
    return id === undefined ? [] : [{ id, cells: (cells[0] ?? '').split(' | ').map((cell) => cell.trim()) }];
  });

describe('docs/findings.md', () => {
  const inCode = [...ids.keys()].sort();

  it('has a row for every id that the code gives a finding, and for no other', () => {
    expect(inCode.length).toBeGreaterThan(100);
    expect(rows.map(({ id }) => id).sort()).toEqual(inCode);
  });

  it('gives each a severity, a meaning and a mend', () => {
    for (const { id, cells } of rows) {
      const [severities = '', meaning, mend, ...more] = cells;
      expect({
        id,
        unknown: severities.split(/, | or /).filter((word) => !SEVERITIES.includes(word)),
      }).toEqual({
        id,
        unknown: [],
      });
      expect({ id, said: [meaning, mend].every(Boolean), more }).toEqual({ id, said: true, more: [] });
    }
  });

  it('agrees with the checks on their severity', () => {
    for (const { id, severity } of CHECKS)
      expect(rows.find((row) => row.id === id)?.cells[0]).toMatch(new RegExp(`^${severity}`));
  });
});

describe('the ids that are looked for', () => {
  it.each([
    ['in a literal', 'and-or-peer'],
    ['behind a constant', 'default-deny-exempt'],
    ['as a default', 'invalid-field'],
    ['as the key of a table', 'own-node-open'],
    ['in a conditional', 'bare-target'],
  ])('are found %s', (_, id) => {
    expect([...ids.keys()]).toContain(id);
  });
});
