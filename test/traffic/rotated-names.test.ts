import { sortRotated } from '../../src/traffic/rotated-names';

const sort = (names: readonly string[]): string[] => sortRotated(names, (name) => ['', name]);

describe('files of one log that was rotated', () => {
  it.each([
    [['flows.log', 'flows.log.1', 'flows.log.2.gz', 'flows.log.10.gz']],
    [['flows.log', 'flows.log-20260130', 'flows.log-20260129.gz']],
    [['0.log', '0.log.20260131-120000', '0.log.20260130-120000.gz']],
    [['events.log', 'events-2026-01-31T12-00-00.000.log', 'events-2026-01-30T12-00-00.000.log.gz']],
  ])('%j are read from the oldest to the newest', (names) => {
    const [newest, ...rest] = names;
    const oldest =
      names[0] === 'flows.log' && names.length === 4 ? 'flows.log.10.gz' : (rest.at(-1) as string);
    expect(sort(names)[0]).toBe(oldest);
    expect(sort(names).at(-1)).toBe(newest);
    expect(sort([...names].reverse())).toEqual(sort(names));
  });

  it('stay apart from other logs, which keep their order', () => {
    expect(sort(['b.log', 'a.log', 'b.log.1', '-'])).toEqual(['b.log.1', 'b.log', 'a.log', '-']);
  });
});
