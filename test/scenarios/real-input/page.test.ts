import { readPage, TABLES } from './doc-tables';

describe('docs/real-applications.md', () => {
  it('has each computed table once, and no other', () => {
    const marks = [...readPage().matchAll(/<!-- (table|end): (.*?) -->/g)].map(
      ([, kind, name]) => `${kind} ${name}`,
    );
    expect(marks).toEqual(TABLES.flatMap((name) => [`table ${name}`, `end ${name}`]));
  });
});
