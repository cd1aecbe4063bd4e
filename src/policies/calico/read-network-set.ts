import { addressBits, compareCidrs, parseAddress, parseCidr, type Cidr } from '../../model/cidr';
import { FieldReader } from '../../model/field-reader';
import type { Finding } from '../../model/finding';
import type { Resource } from '../../model/resource';
import { readMetadata } from '../metadata';
import { checkApiGroup } from './api-group';
import type { NetworkSet } from './policy';
import { NAMESPACE_LABEL } from './scope';

const DEFAULT_NAMESPACE = 'default';

/** Reads a NetworkSet or GlobalNetworkSet (calico-policy-model 1.2, 2.1, 2.5). Undefined when it has an error. */
export function readNetworkSet(resource: Resource, findings: Finding[]): NetworkSet | undefined {
  const root = FieldReader.of(resource, findings);
  const spec = root.object('spec');
  const { name, labels } = readMetadata(root);
  checkApiGroup(root);
  if (Object.hasOwn(labels, NAMESPACE_LABEL)) {
    root.problem(
      ['metadata', 'labels', NAMESPACE_LABEL],
      `the label ${NAMESPACE_LABEL} is Calico's own and refused on a ${resource.kind}`,
      {
        mend: 'Remove the label.',
      },
    );
  }
  const nets = spec === undefined ? [] : readNets(spec);
  spec?.rejectUnknown();
  if (root.errorCount > 0) return undefined;
  const namespace =
    resource.kind === 'NetworkSet' ? { namespace: resource.namespace ?? DEFAULT_NAMESPACE } : {};
  return { ...namespace, name, labels, nets, place: resource.place };
}

/** Unlike rules, sets take bare addresses and host bits; repeats are refused. */
function readNets(spec: FieldReader): readonly Cidr[] {
  const written = spec.strings('nets') ?? [];
  const seen = new Set<string>();
  const nets = written.flatMap((text, index) => {
    if (seen.has(text))
      spec.problem(['nets', index], `spec.nets names ${text} twice`, { mend: 'List it once.' });
    seen.add(text);
    const cidr = netOf(text);
    if (typeof cidr !== 'string') return [cidr];
    spec.problem(['nets', index], `spec.nets[${index}] is no address and no block: ${cidr}`, {
      mend: 'Write an address or address/prefix.',
    });
    return [];
  });
  return nets.sort(compareCidrs);
}

/** The block, or what is wrong with it. */
function netOf(text: string): Cidr | string {
  if (text.includes('/')) {
    const { cidr, reason } = parseCidr(text, { hostBits: 'mask' });
    return cidr ?? reason;
  }
  const { address, reason } = parseAddress(text);
  if (address === undefined) return reason;
  return { version: address.version, base: address.value, prefix: addressBits(address.version) };
}
