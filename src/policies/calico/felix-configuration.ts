import { isJsonObject, type Json, type JsonObject } from '../../model/json';
import type { Resource } from '../../model/resource';
import { CALICO_GROUP, CALICO_STORAGE_GROUP } from './api-group';

/** What of the settings of Felix, the agent of Calico on each node, verdicts follow. */
export interface FelixSettings {
  /** The port of UDP whose packets from pods are dropped as VXLAN; undefined: none is. Default 4789. */
  readonly vxlanPort: number | undefined;
  /** Whether packets of IP protocol 4 (IP in IP) from pods are dropped. Default true. */
  readonly dropsIpip: boolean;
  /** Whether nftables holds the rules. Default false. */
  readonly nftables: boolean;
}

/** A setting that decides about traffic of pods, and that verdicts do not follow. */
export interface FelixDoubt {
  /** What follows: a sentence that begins with the field. */
  readonly reason: string;
  readonly mend: string;
}

/** A FelixConfiguration as far as it decides about traffic of pods. */
export interface FelixReading {
  /** Absent in one of a single node. */
  readonly settings?: FelixSettings;
  readonly doubts: readonly FelixDoubt[];
}

/** The kind of the settings of Felix. */
export const FELIX_CONFIGURATION = 'FelixConfiguration';

/** Port of VXLAN where nobody says another (`VXLANPort` of felix/config/config_params.go). */
export const VXLAN_PORT = 4789;

/** The name of the settings of all nodes; those of one are `node.<its name>`, and Felix reads no others (updateprocessors). */
const OF_ALL_NODES = 'default';
const OF_ONE_NODE = 'node.';

/** Whether the object holds settings of Felix, which it reads. */
export function isFelixConfiguration({ group, kind, name }: Resource): boolean {
  return (
    kind === FELIX_CONFIGURATION &&
    (group === CALICO_GROUP || group === CALICO_STORAGE_GROUP) &&
    (name === OF_ALL_NODES || name.startsWith(OF_ONE_NODE))
  );
}

/**
 * Reads what decides about traffic of pods (FelixConfigurationSpec of Calico 3.31, api/pkg/apis/projectcalico/v3). All
 * other settings decide nothing about it: logs, metrics, intervals, marks, routes, NAT, WireGuard, and those of host
 * endpoints (`failsafeInboundHostPorts`, `failsafeOutboundHostPorts`: chains of workloads have no failsafe rules,
 * endpointIptablesChain of felix/rules/endpoints.go). `interfacePrefix` is set with the network plugin, and says which
 * interfaces are those of pods. What the environment of calico-node sets comes before it, and is in no manifest.
 */
export function readFelixConfiguration({ name, manifest }: Resource): FelixReading {
  const spec = isJsonObject(manifest['spec']) ? manifest['spec'] : {};
  const unused =
    word(spec['nftablesMode']) === 'enabled' ? 'iptablesFilterAllowAction' : 'nftablesFilterAllowAction';
  const doubts = DOUBTS.filter(({ field }) => field !== unused).flatMap(
    ({ field, doubts: byValue }) => byValue.get(word(spec[field])) ?? [],
  );
  if (name !== OF_ALL_NODES) return { doubts: [...doubts, ...ofOneNode(spec)] };
  return { settings: settingsOf(spec), doubts };
}

/** With eBPF, VXLAN from pods goes on to policies, and IP in IP is dropped whatever is set (felix/bpf-gpl/parsing.h). */
function settingsOf(spec: JsonObject): FelixSettings {
  const bpf = spec['bpfEnabled'] === true;
  const dropsVxlan = !bpf && spec['allowVXLANPacketsFromWorkloads'] !== true;
  const port = spec['vxlanPort'];
  return {
    vxlanPort: dropsVxlan ? (typeof port === 'number' ? port : VXLAN_PORT) : undefined,
    dropsIpip: bpf || spec['allowIPIPPacketsFromWorkloads'] !== true,
    nftables: word(spec['nftablesMode']) === 'enabled',
  };
}

/** Values are read without regard to case (the patterns of the type). */
function word(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'boolean' ? String(value).toLowerCase() : '';
}

const TUNNEL_FIELDS: readonly string[] = [
  'allowVXLANPacketsFromWorkloads',
  'allowIPIPPacketsFromWorkloads',
  'vxlanPort',
];

/** Manifests do not say which pods are on the node. */
function ofOneNode(spec: JsonObject): FelixDoubt[] {
  const fields = TUNNEL_FIELDS.filter((field) => spec[field] !== undefined && spec[field] !== false);
  if (fields.length === 0) return [];
  return [
    {
      reason: `${fields.map((field) => `\`${field}\``).join(' and ')} of one node decides which tunnel packets of its pods are dropped, and manifests do not say which pods these are: verdicts count what is set for all nodes.`,
      mend: 'Set it for all nodes, in the FelixConfiguration `default`.',
    },
  ];
}

const RETURNED: FelixDoubt = {
  reason:
    'its `…FilterAllowAction: Return` hands what policies allow on to the other rules of the node, which may drop it; verdicts count it as allowed.',
  mend: 'Leave it at `Accept`, or judge the other rules by hand.',
};

function returned(field: string): FelixDoubt {
  return { ...RETURNED, reason: RETURNED.reason.replace('…FilterAllowAction', field) };
}

/** Settings by field, and what follows from a value of them, in small letters. */
const DOUBTS: readonly {
  readonly field: string;
  readonly doubts: ReadonlyMap<string, FelixDoubt>;
}[] = [
  {
    field: 'defaultEndpointToHostAction',
    doubts: new Map([
      [
        'drop',
        {
          reason:
            'its `defaultEndpointToHostAction: Drop` drops what pods send to the node they run on, its processes and its workloads on the host network; verdicts count it as allowed where policies let it out.',
          mend: 'Set it to `Accept` where pods are to reach their node, or judge those calls by hand.',
        },
      ],
      [
        'return',
        {
          reason:
            'its `defaultEndpointToHostAction: Return` hands what pods send to the node they run on to the other rules of the node, which may drop it; verdicts count it as allowed where policies let it out.',
          mend: 'Set it to `Accept`, or judge the other rules by hand.',
        },
      ],
    ]),
  },
  {
    field: 'chainInsertMode',
    doubts: new Map([
      [
        'append',
        {
          reason:
            'its `chainInsertMode: Append` puts the rules of Calico behind those of others, which may accept packets before any policy is asked: what verdicts deny may pass.',
          mend: 'Leave it at `Insert`, or judge the other rules by hand.',
        },
      ],
    ]),
  },
  {
    field: 'iptablesFilterAllowAction',
    doubts: new Map([['return', returned('iptablesFilterAllowAction')]]),
  },
  {
    field: 'nftablesFilterAllowAction',
    doubts: new Map([['return', returned('nftablesFilterAllowAction')]]),
  },
  {
    field: 'workloadSourceSpoofing',
    doubts: new Map([
      [
        'any',
        {
          reason:
            'its `workloadSourceSpoofing: Any` lets a pod with the annotation `cni.projectcalico.org/allowedSourcePrefixes` send with addresses that are not its own, and policies take it for whoever has these: what verdicts deny to it may pass.',
          mend: 'Leave it at `Disabled`, or look at who may annotate pods.',
        },
      ],
    ]),
  },
  {
    field: 'ipv6Support',
    doubts: new Map([
      [
        'false',
        {
          reason:
            'its `ipv6Support: false` has Calico write rules for IPv4 only: what verdicts deny passes in IPv6, where pods have such addresses.',
          mend: 'Leave it out, unless no pod has an IPv6 address.',
        },
      ],
    ]),
  },
  {
    field: 'bpfEnabled',
    doubts: new Map([
      [
        'true',
        {
          reason:
            'its `bpfEnabled: true` has the eBPF data plane of Calico enforce policies. Verdicts follow what is known of it about tunnels (VXLAN from pods goes by policies, IP in IP is dropped), and else the data planes of iptables and nftables, against which they are held.',
          mend: 'Test what matters in the cluster; policies mean the same there as far as anybody knows.',
        },
      ],
    ]),
  },
  {
    field: 'useInternalDataplaneDriver',
    doubts: new Map([
      [
        'false',
        {
          reason:
            'its `useInternalDataplaneDriver: false` has another program than Felix enforce policies, of which nothing is known here.',
          mend: 'Test what matters in the cluster.',
        },
      ],
    ]),
  },
];
