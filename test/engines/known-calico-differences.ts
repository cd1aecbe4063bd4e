import { isJsonObject, type Json, type JsonObject } from '../../src/model/json';

/** A difference of reading that is left, and how to know it. */
interface Known {
  /** Whether we refuse what Calico v3.31 takes, or the other way round. */
  readonly who: 'stricter' | 'laxer';
  /** Why it is left so, with its source. */
  readonly why: string;
  /** Matches what the stricter of the two says. */
  readonly words: RegExp;
  /** Of the objects it is about. */
  readonly of?: (object: JsonObject) => boolean;
}

const staged = ({ kind }: JsonObject): boolean => kind === 'StagedKubernetesNetworkPolicy';

/** Whether some rule has a protocol that is this number, written as a number or as its digits. */
function hasProtocol(object: Json | undefined, number: number): boolean {
  if (Array.isArray(object)) return object.some((item) => hasProtocol(item, number));
  if (!isJsonObject(object)) return false;
  const own = object['protocol'];
  return (
    (typeof own === 'number' || (typeof own === 'string' && /^[0-9]+$/.test(own))
      ? Number(own) === number
      : false) || Object.values(object).some((item) => hasProtocol(item, number))
  );
}

/**
 * What is read otherwise than Calico v3.31 reads it, and why. Where we are laxer, later versions take it, and a warning says
 * that some refuse; where we are stricter, somebody else refuses what the validator does not look at.
 */
export const KNOWN: readonly Known[] = [
  {
    who: 'laxer',
    why: 'calico-policy-model 1.4: v3.31 wants the tier in front of the name, v3.32 does not, and names with a dot it takes are the same',
    words: /^Incorrectly formatted policy name/,
  },
  {
    who: 'laxer',
    why: 'calico-policy-model 2.3 item 3 allows named ports without protocol',
    words: /rules that specify ports must set protocol to TCP or UDP or SCTP/,
    of: (object) => /"(not)?[pP]orts":\["?[^"\]]*[a-z]/.test(JSON.stringify(object)),
  },
  {
    who: 'laxer',
    why: 'calico-policy-model 2.3 item 5 allows the protocol number beside icmp',
    words: /rules that specify ICMP fields must set protocol to ICMP/,
    of: ({ spec }) => hasProtocol(spec, 1) || hasProtocol(spec, 58),
  },
  {
    who: 'laxer',
    why: 'calico-policy-model 2.3 item 9 allows the protocol number beside http',
    words: /rules that specify HTTP fields must set protocol to TCP or empty/,
    of: ({ spec }) => hasProtocol(spec, 6),
  },
  {
    who: 'laxer',
    why: 'to 3.32 and later these two tiers are like any other',
    words: /(baseline)?adminnetworkpolicy tier (order|default action) must be/i,
  },
  {
    who: 'stricter',
    why: 'a null in a list or a map is the empty text where Go decodes it, and in a list refused by the schema of the CRD; whoever writes one hardly means an empty label or net',
    words: /, but is null/,
  },
  {
    who: 'stricter',
    why: 'the validator looks at stagedAction only; the API server refuses the NetworkPolicy that it would become, so nobody can enforce it',
    words: /spec/,
    of: staged,
  },
  {
    who: 'stricter',
    why: 'the API server takes a blank selector, and Felix then leaves the policy out, as we do',
    words: /is only white space/,
  },
  {
    who: 'stricter',
    why: 'the program does not look at the namespace, which the API server looks up before anything else',
    words: /metadata\.namespace of this/,
  },
];

/** The known difference that this one is; undefined for one nobody knows. */
export function knownDifference(who: Known['who'], object: JsonObject, words: string): Known | undefined {
  return KNOWN.find((known) => known.who === who && known.words.test(words) && (known.of?.(object) ?? true));
}
