type Patterns = readonly (readonly [string, RegExp])[];

/**
 * What is wrong with a thing. Calico's words and ours say the same in different ways; both are read by these patterns, ours
 * without the paths of fields that stand in them.
 */
const FAULTS: Patterns = [
  ['ports without protocol', /rules that specify ports must|has port numbers, but|has ports, but/i],
  ['range of ports', /port range|port number|of type uint16|ports go from|range ends before/i],
  ['name of a port', /named port|tag: portname|port name|name of a port/i],
  ['catch-all', /catch-all|excludes everything/i],
  ['no block', /invalid CIDR|tag: (net|cidr)\b|no block of addresses|no address and no block/i],
  ['global() beside others', /global\(\) cannot be combined|must stand alone/i],
  ['twice', /duplicates|more than once|twice/i],
  ['in the wrong place', /not allowed in|not possible in/i],
  ['no number', /into Go struct field \S+ of type float64|must be a number/i],
  ['out of range', /tag: lte|it goes from/i],
  ['alone', /specified without|needs the type beside/i],
  ['action of http', /only valid for allow|possible only with action allow/i],
  ['IP version of ICMP', /must set ipversion to|the protocol is one of IPv/i],
  ['no path', /invalid path a|is no path/i],
  ['kinds of a path', /both 'exact' and|either 'exact' or|exactly one of exact and prefix/i],
  ['exclude each other', /cannot both be true|exclude each other/i],
];

/** What it is about, most particular first, read with the path of the field in front of ours. */
const SUBJECTS: Patterns = [
  ['unknown field', /unknown field|is not a field of/i],
  ['http', /http|paths\b|methods\b/i],
  ['tracking modes', /prednat|donottrack|applyonforward/i],
  ['name that is referred to', /Tag: name \)|which is no name of/],
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

const PATH = /\b(spec|metadata)\b(\.[A-Za-z]+|\[\d+\])*/g;

/** What a refusal says is wrong; undefined where its words only name a field or a kind of fault of their own. */
export function faultClass(words: string): string | undefined {
  return classOf(FAULTS, words.replaceAll(PATH, ''));
}

/** What a refusal is about; `other` where no pattern knows it. */
export function subjectClass(words: string): string {
  return classOf(SUBJECTS, words) ?? 'other';
}

function classOf(patterns: Patterns, words: string): string | undefined {
  return patterns.find(([, pattern]) => pattern.test(words))?.[0];
}
