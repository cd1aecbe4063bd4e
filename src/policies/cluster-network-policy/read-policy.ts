import { nearest, FieldReader } from '../../model/field-reader';
import type { Finding } from '../../model/finding';
import type { Resource } from '../../model/resource';
import type { Direction } from '../direction';
import { readMetadata } from '../../model/read-metadata';
import type { ClusterWidePolicy, ClusterWidePort, ClusterWideRule } from './policy';
import { readPeer, readSubject, type PeerField } from './read-peer';
import { readPortItem, readProtocolItem } from './read-port';

/** The API group of the cluster-wide policies. */
export const CLUSTER_NETWORK_POLICY_GROUP = 'policy.networking.k8s.io';

const MAX_PRIORITY = 1000;
const MAX_RULE_NAME = 100;

/** What differs between the three kinds (types of the network-policy-api project). */
interface Form {
  readonly version: 'v1alpha1' | 'v1alpha2';
  readonly actions: Readonly<Record<string, ClusterWideRule['action']>>;
  /** Longest list of rules, peers or ports. */
  readonly limit: number;
  readonly portsField: 'ports' | 'protocols';
  readonly egressPeers: readonly PeerField[];
}

const FORMS: Readonly<Record<ClusterWidePolicy['kind'], Form>> = {
  ClusterNetworkPolicy: {
    version: 'v1alpha2',
    actions: { Accept: 'Accept', Deny: 'Deny', Pass: 'Pass' },
    limit: 25,
    portsField: 'protocols',
    egressPeers: ['nodes', 'networks', 'domainNames'],
  },
  AdminNetworkPolicy: {
    version: 'v1alpha1',
    actions: { Allow: 'Accept', Deny: 'Deny', Pass: 'Pass' },
    limit: 100,
    portsField: 'ports',
    egressPeers: ['nodes', 'networks', 'domainNames'],
  },
  BaselineAdminNetworkPolicy: {
    version: 'v1alpha1',
    actions: { Allow: 'Accept', Deny: 'Deny' },
    limit: 100,
    portsField: 'ports',
    egressPeers: ['nodes', 'networks'],
  },
};

/** Whether a resource kind of the group is a cluster-wide policy. */
export function isClusterWideKind(kind: string): kind is ClusterWidePolicy['kind'] {
  return Object.hasOwn(FORMS, kind);
}

/**
 * Reads a ClusterNetworkPolicy (v1alpha2), AdminNetworkPolicy or BaselineAdminNetworkPolicy (v1alpha1) into one form
 * (network-policy-semantics 2.2). Undefined when it has an error.
 */
export function readClusterWidePolicy(
  resource: Resource,
  kind: ClusterWidePolicy['kind'],
  findings: Finding[],
): ClusterWidePolicy | undefined {
  const form = FORMS[kind];
  const root = FieldReader.of(resource, findings);
  const spec = root.object('spec');
  const { name } = readMetadata(root);
  if (resource.version !== form.version) {
    root.problem(['apiVersion'], `${resource.apiVersion} has no ${kind}`, {
      mend: `Write apiVersion: ${resource.group}/${form.version}.`,
    });
  }
  if (kind === 'BaselineAdminNetworkPolicy' && name !== 'default') {
    root.problem(
      ['metadata', 'name'],
      'a BaselineAdminNetworkPolicy must be named default: there is only one',
      { mend: 'Name it default.' },
    );
  }
  if (spec === undefined) {
    root.problem(['spec'], 'spec is missing', { mend: 'Write the spec.' });
    return undefined;
  }
  const tier = readTier(spec, kind);
  const priority = kind === 'BaselineAdminNetworkPolicy' ? 0 : readPriority(spec);
  const subjectReader = spec.object('subject');
  if (subjectReader === undefined && !spec.has('subject')) {
    spec.problem(['subject'], 'spec.subject is missing, so the policy applies to nothing', {
      mend: 'Write subject: { namespaces: {} } when all pods are meant.',
    });
  }
  const subject = subjectReader === undefined ? undefined : readSubject(subjectReader);
  const ingress = readRules(spec, 'ingress', form);
  const egress = readRules(spec, 'egress', form);
  spec.rejectUnknown();
  if (root.errorCount > 0 || subject === undefined) return undefined;
  return { kind, name, tier, priority, subject, ingress, egress, place: resource.place };
}

function readTier(spec: FieldReader, kind: ClusterWidePolicy['kind']): ClusterWidePolicy['tier'] {
  if (kind !== 'ClusterNetworkPolicy') return kind === 'AdminNetworkPolicy' ? 'Admin' : 'Baseline';
  const written = spec.requiredString('tier');
  if (written === 'Admin' || written === 'Baseline') return written;
  if (written !== undefined) {
    spec.problem(['tier'], `spec.tier is ${JSON.stringify(written)}`, {
      mend: 'Write Admin or Baseline, with this spelling.',
    });
  }
  return 'Admin';
}

function readPriority(spec: FieldReader): number {
  const priority = spec.integer('priority');
  if (priority !== undefined && priority >= 0 && priority <= MAX_PRIORITY) return priority;
  if (priority !== undefined || !spec.has('priority')) {
    spec.problem(
      ['priority'],
      `spec.priority is ${priority ?? 'missing'}; it goes from 0 (first) to ${MAX_PRIORITY}`,
      {
        mend: 'Write a priority that no other policy of the tier has.',
      },
    );
  }
  return 0;
}

function readRules(spec: FieldReader, direction: Direction, form: Form): readonly ClusterWideRule[] {
  const rules = (spec.objects(direction) ?? []).map((rule) => readRule(rule, direction, form));
  checkCount(spec, direction, rules.length, form, 0);
  return rules.filter((rule) => rule !== undefined);
}

function readRule(reader: FieldReader, direction: Direction, form: Form): ClusterWideRule | undefined {
  const before = reader.errorCount;
  const name = reader.string('name');
  const action = readAction(reader, form);
  const peersField = direction === 'ingress' ? 'from' : 'to';
  const peerReaders = reader.objects(peersField) ?? [];
  const peers = peerReaders.map((peer) => readPeer(peer, direction === 'ingress' ? [] : form.egressPeers));
  if (peerReaders.length === 0) {
    reader.problem(
      [peersField],
      `${reader.pathTo([peersField])} is missing or empty; here that does not mean everyone, the API refuses it`,
      {
        mend: `Name the peers; for all pods write ${peersField}: [{ namespaces: {} }].`,
      },
    );
  }
  const ports = readPorts(reader, form);
  reader.rejectUnknown();
  checkCount(reader, peersField, peers.length, form, 0);
  if (name !== undefined && name.length > MAX_RULE_NAME) {
    reader.problem(['name'], `${reader.pathTo(['name'])} is longer than ${MAX_RULE_NAME} characters`, {
      mend: 'Shorten the name.',
    });
  }
  const known = peers.filter((peer) => peer !== undefined);
  checkNamedPorts(
    reader,
    known.some(({ type }) => type !== 'pods'),
    ports,
  );
  if (reader.errorCount > before || action === undefined) return undefined;
  const place = reader.resource.place.at(reader.path);
  return { ...(name === undefined || name === '' ? {} : { name }), action, peers: known, ports, place };
}

function readPorts(reader: FieldReader, form: Form): 'all' | readonly ClusterWidePort[] {
  const items = reader.objects(form.portsField);
  if (items === undefined) return 'all';
  checkCount(reader, form.portsField, items.length, form, 1);
  const read = form.portsField === 'protocols' ? readProtocolItem : readPortItem;
  return items.map(read).filter((port) => port !== undefined);
}

function readAction(reader: FieldReader, form: Form): ClusterWideRule['action'] | undefined {
  const written = reader.requiredString('action');
  if (written === undefined) return undefined;
  if (Object.hasOwn(form.actions, written)) return form.actions[written];
  const known = Object.keys(form.actions);
  const near = nearest(written, known);
  reader.problem(
    ['action'],
    `${reader.pathTo(['action'])} is ${JSON.stringify(written)}, which is no action of ${reader.resource.kind}`,
    {
      mend: near === undefined ? `Use one of ${known.join(', ')}.` : `Write ${near}, with this spelling.`,
    },
  );
  return undefined;
}

function checkCount(reader: FieldReader, key: string, count: number, { limit }: Form, least: number): void {
  if (count >= least && count <= limit) return;
  reader.problem([key], `${reader.pathTo([key])} has ${count} items; ${least} to ${limit} are possible`, {
    mend: count < least ? `Remove ${key} when all are meant.` : 'Split the list.',
  });
}

/** Only pods have named ports. */
function checkNamedPorts(
  reader: FieldReader,
  beyondPods: boolean,
  ports: 'all' | readonly ClusterWidePort[],
): void {
  if (!beyondPods || ports === 'all' || ports.every(({ type }) => type === 'range')) return;
  reader.problem(
    [],
    `${reader.pathTo([])} has a named port, but networks, nodes and domain names have no named ports`,
    {
      mend: 'Write port numbers, or move those peers to a rule of their own.',
    },
  );
}
