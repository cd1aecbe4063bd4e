import type { FieldReader } from '../../model/field-reader';
import { inTier } from './names';
import type { CalicoPolicy, CalicoRule } from './policy';

/**
 * Warns of what some versions of Calico refuse and others take: where it is refused, the policy does not exist. The
 * validator of v3.31 wants a protocol beside every port, and the names of ICMP, ICMPv6 and TCP beside `icmp` and
 * `http`; that of later versions does not (calico-policy-model 2.3 items 3, 5 and 9).
 */
export function warnOfVersions(reader: FieldReader, rule: CalicoRule): void {
  const { protocol, icmp, http } = rule;
  const written = reader.raw('protocol');
  const byNumber = typeof written === 'number' || (typeof written === 'string' && /^[0-9]+$/.test(written));
  if (protocol === undefined) warnOfPortNames(reader, rule);
  if (byNumber && icmp !== undefined && (protocol === 1 || protocol === 58)) {
    warnOfNumber(reader, 'icmp', protocol === 1 ? 'ICMP' : 'ICMPv6');
  }
  if (byNumber && http && protocol === 6) warnOfNumber(reader, 'http', 'TCP');
}

/** Names that Calico gives to what it makes of policies of other kinds: they follow rules of their own (1.4, 7.1). */
const MADE_BY_CALICO = /^(?:knp|ossg)\.default\.|^kb?anp\./;

/**
 * Warns of a name that only Calico 3.32 and later take: 3.29 to 3.31 want `<tier>.<name>` in a tier other than
 * `default`, and in `default` no prefix but `default.` (calico-policy-model, version map and 1.4).
 */
export function warnOfTierPrefix(root: FieldReader, { tier, name }: CalicoPolicy): void {
  if (MADE_BY_CALICO.test(name)) return;
  const wanted = inTier(tier, tier === 'default' ? name.slice(name.lastIndexOf('.') + 1) : name);
  if (name === wanted || name.startsWith(`${tier}.`)) return;
  const [prefix = ''] = name.split('.');
  const mend =
    tier === 'default' || name.includes('.')
      ? `Write spec.tier: ${prefix}, or give the policy a name without a dot${tier === 'default' ? '' : ` behind ${tier}`}.`
      : `Name it ${wanted}, which every version takes.`;
  root.problem(
    ['metadata', 'name'],
    `the name ${name} does not fit the tier ${tier}: Calico 3.29 to 3.31 refuse the policy, ${
      tier === 'default'
        ? 'because a prefix before the name must be that of its tier'
        : `because names there must begin with ${tier}.`
    }`,
    { id: 'tier-prefix', severity: 'warning', mend },
  );
}

function warnOfPortNames(reader: FieldReader, rule: CalicoRule): void {
  for (const side of ['source', 'destination'] as const) {
    for (const key of ['ports', 'notPorts'] as const) {
      const ports = rule[side][key];
      if (ports.length === 0 || ports.some((port) => 'first' in port)) continue;
      warn(
        reader,
        [side, key],
        `has port names, but the rule has no protocol: Calico 3.31 refuses the whole policy. Where a version takes it, a name is read as every container port of that name, whatever its protocol`,
        'Set protocol: TCP, UDP or SCTP; write one rule for each.',
      );
    }
  }
}

function warnOfNumber(reader: FieldReader, field: 'icmp' | 'http', name: string): void {
  warn(
    reader,
    [field],
    `stands beside a protocol that is written as a number: Calico 3.31 refuses the whole policy, later versions take the number for ${name}`,
    `Write protocol: ${name}.`,
  );
}

function warn(reader: FieldReader, path: readonly string[], message: string, mend: string): void {
  reader.problem(path, `${reader.pathTo(path)} ${message}`, {
    id: 'refused-by-some-versions',
    severity: 'warning',
    mend,
  });
}
