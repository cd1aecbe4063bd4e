import { EXEMPT } from './exemption-findings';
import type { Finding } from '../model/finding';
import { printFindings } from '../reports/findings/findings-text';

/**
 * What a synth says of its findings: in full what someone should act on, and of the notes how many there are of which,
 * unless they are asked for. Empty when there is nothing to say.
 */
export function sayFindings(findings: readonly Finding[], { notes }: { readonly notes: boolean }): string {
  const brief = notes ? [] : findings.filter(({ severity }) => severity === 'info');
  const full = notes ? findings : findings.filter(({ severity }) => severity !== 'info');
  return [
    ...(full.length === 0 ? [] : [printFindings(full)]),
    ...(brief.length === 0 ? [] : [countNotes(brief)]),
  ].join('\n\n');
}

/** `3 notes: default-deny-exempt (legacy, tools), not-enforced (1); …`, in one line. */
function countNotes(notes: readonly Finding[]): string {
  const ids = [...new Set(notes.map(({ id }) => id))].sort();
  const kinds = ids.map((id) => {
    const same = notes.filter((note) => note.id === id);
    return `${id} (${id === EXEMPT ? exemptNames(same) : same.length})`;
  });
  const count = `${notes.length} note${notes.length === 1 ? '' : 's'}`;
  return `${count}: ${kinds.join(', ')}; IntentsCompiler.attach(app, { notes: true }) prints ${notes.length === 1 ? 'it' : 'them'}`;
}

/** A namespace without a default deny is open: nobody should have to ask which ones these are. */
function exemptNames(exempt: readonly Finding[]): string {
  const names = exempt.map(({ object = '' }) => object.slice(object.indexOf('/') + 1));
  return [...new Set(names)].sort().join(', ');
}
