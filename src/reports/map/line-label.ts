import type { LineEnd, MapLine } from './map-lines';

/** `TCP 80`, or how many connections there are behind the line. */
export function lineLabel({ ports, pairs, look }: MapLine): string {
  const sign = look === 'added' ? '+ ' : look === 'removed' ? '− ' : look === 'undecided' ? '? ' : '';
  const [only = '', ...more] = ports;
  const text = more.length === 0 ? only : `${ports.length} sets of ports`;
  return sign + (pairs === 1 ? text : `${text} ×${pairs.toLocaleString('en')}`);
}

/** What names a line by its ends, whatever its look. */
export function lineKey(from: LineEnd, to: LineEnd): string {
  return `${from.type} ${from.index} ${to.type} ${to.index}`;
}
