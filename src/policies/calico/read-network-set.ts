import { addressBits, compareCidrs, parseAddress, type Cidr } from '../../model/cidr';
import { FieldReader } from '../../model/field-reader';
import type { Finding } from '../../model/finding';
import type { Resource } from '../../model/resource';
import { readMetadata } from '../../model/read-metadata';
import { checkApiGroup } from './api-group';
import { parseNet, unmapped } from './net';
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

/**
 * Unlike rules, sets take bare addresses and host bits. What stops Felix is in test/engines/network-sets.engine.ts and in
 * felix/ip CIDRFromIPNet and felix/ipsets CanonicaliseMember of v3.31.
 */
function readNets(spec: FieldReader): readonly Cidr[] {
  const written = spec.strings('nets') ?? [];
  const seen = new Set<string>();
  const nets = written.flatMap((text, index) => {
    const path = ['nets', index];
    if (seen.has(text)) {
      warn(spec, path, `names ${text} twice, which some versions of Calico refuse`, 'List it once.');
      return [];
    }
    seen.add(text);
    if (text === '') {
      warn(
        spec,
        path,
        'is empty and names no address; its API server takes it, and Felix 3.31 ends with a panic on every node',
        'Remove the entry, or write an address.',
      );
      return [];
    }
    if (/^::ffff:.*\//i.test(text)) {
      warn(
        spec,
        path,
        'is a block of IPv4 addresses inside IPv6, whose prefix length Felix 3.31 writes beside the IPv4 address and then cannot read',
        'Write the IPv4 block.',
      );
    }
    const cidr = netOf(text);
    if (typeof cidr !== 'string') return [cidr];
    spec.problem(path, `spec.nets[${index}] is no address and no block: ${cidr}`, {
      mend: 'Write an address or address/prefix.',
    });
    return [];
  });
  return nets.sort(compareCidrs);
}

function warn(spec: FieldReader, path: readonly (string | number)[], message: string, mend: string): void {
  spec.problem(path, `${spec.pathTo(path)} ${message}`, { id: 'doubtful-net', severity: 'warning', mend });
}

/** The block, or what is wrong with it. */
function netOf(text: string): Cidr | string {
  if (text.includes('/')) {
    const { cidr, reason } = parseNet(text, { hostBits: 'mask' });
    return cidr ?? reason;
  }
  const { address, reason } = parseAddress(unmapped(text));
  if (address === undefined) return reason;
  return { version: address.version, base: address.value, prefix: addressBits(address.version) };
}
