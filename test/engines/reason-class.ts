/**
 * What a refusal is about, most particular first: Calico's words and ours name the same thing in different ways. Both
 * are read by these patterns, ours with the path of the field in front.
 */
const CLASSES: readonly (readonly [string, RegExp])[] = [
  ['unknown field', /unknown field|is not a field of/i],
  ['http', /http|paths\b|methods\b/i],
  ['tracking modes', /prednat|donottrack|applyonforward/i],
  ['service', /\bservices\b|service selector|must specify a namespace|service name/i],
  ['IP version', /ip ?version|IPv4 and IPv6|is about IPv[46]/i],
  ['ICMP', /\.icmp|field (ICMP|NotICMP|Type|Code) =|ICMP fields/i],
  ['selector', /selector/i],
  ['port', /\bports?\b|notports|portname|\.ports/i],
  ['net', /\bnets\b|notnets|cidr/i],
  ['types', /\btypes\b/i],
  ['built-in tier', /tier default is|default tier/i],
  ['default action', /defaultaction/i],
  ['action', /action/i],
  ['order', /\border\b/i],
  ['hints', /performancehints/i],
  ['label', /labels/i],
  ['protocol', /protocol/i],
  ['name', /name/i],
];

/** The class of a refusal; `other` where no pattern knows it. */
export function reasonClass(words: string): string {
  return CLASSES.find(([, pattern]) => pattern.test(words))?.[0] ?? 'other';
}
