/**
 * Decoding as the API server does it with strict field validation, the default of kubectl (Kubernetes API conventions,
 * "Field validation"): exact types, exact names, and null for the zero value. Shares no code with src/.
 */
export type Shape =
  | 'string'
  | 'int32'
  | 'int64'
  | 'boolean'
  | 'intOrString'
  | 'time'
  | 'anything'
  | { readonly list: Shape }
  | { readonly map: Shape }
  | { readonly fields: Readonly<Record<string, Shape>> };

/** What decoding found: the value with zero values filled in, why it fails, and whether a null stands for an item. */
export interface Decoded {
  readonly value: any;
  readonly complaints: readonly string[];
  readonly nullItem: boolean;
}

interface State {
  readonly complaints: string[];
  nullItem: boolean;
}

export function decode(shape: Shape, raw: unknown): Decoded {
  const state: State = { complaints: [], nullItem: false };
  const value = read(shape, raw, '', state);
  return { value, ...state };
}

function read(shape: Shape, raw: unknown, at: string, state: State): unknown {
  if (raw === null || raw === undefined) return zeroOf(shape);
  if (typeof shape === 'string') {
    if (!SCALARS[shape](raw)) state.complaints.push(`${at} is not of type ${shape}`);
    return raw;
  }
  if ('list' in shape) {
    if (!Array.isArray(raw)) return complain(state, `${at} is not a list`, []);
    return raw.map((item, index) => {
      if (item === null) state.nullItem = true;
      return read(shape.list, item ?? EMPTY, `${at}[${index}]`, state);
    });
  }
  if (typeof raw !== 'object' || Array.isArray(raw)) {
    complain(state, `${at} is not an object`, undefined);
    return;
  }
  return readObject(shape, raw, at, state);
}

/** Stands for a null item of a list, which decodes into the zero value of the item and not into nothing. */
const EMPTY = Object.freeze({});

function readObject(
  shape: { readonly map: Shape } | { readonly fields: Readonly<Record<string, Shape>> },
  raw: object,
  at: string,
  state: State,
): unknown {
  const value: Record<string, unknown> = Object.create(null);
  for (const [key, item] of Object.entries(raw)) {
    if ('map' in shape) {
      if (item === null) state.nullItem = true;
      value[key] =
        item === null && shape.map === 'string' ? '' : read(shape.map, item, `${at}.${key}`, state);
    } else if (Object.hasOwn(shape.fields, key)) {
      value[key] = read(shape.fields[key]!, item, `${at}.${key}`, state);
    } else state.complaints.push(`unknown field ${at}.${key}`);
  }
  return value;
}

function complain<T>(state: State, text: string, value: T): T {
  state.complaints.push(text);
  return value;
}

function zeroOf(shape: Shape): unknown {
  return typeof shape === 'object' && 'list' in shape ? [] : undefined;
}

const integer =
  (bits: number) =>
  (raw: unknown): boolean =>
    typeof raw === 'number' && Number.isInteger(raw) && raw >= -(2 ** (bits - 1)) && raw < 2 ** (bits - 1);

const SCALARS: Record<Extract<Shape, string>, (raw: unknown) => boolean> = {
  string: (raw) => typeof raw === 'string' || raw === EMPTY,
  int32: integer(32),
  int64: integer(64),
  boolean: (raw) => typeof raw === 'boolean',
  intOrString: (raw) => typeof raw === 'string' || integer(32)(raw),
  time: (raw) =>
    typeof raw === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)$/.test(raw),
  anything: () => true,
};

const STRINGS: Shape = { list: 'string' };
const STRING_MAP: Shape = { map: 'string' };

const OBJECT_META: Shape = {
  fields: {
    name: 'string',
    generateName: 'string',
    namespace: 'string',
    selfLink: 'string',
    uid: 'string',
    resourceVersion: 'string',
    generation: 'int64',
    creationTimestamp: 'time',
    deletionTimestamp: 'time',
    deletionGracePeriodSeconds: 'int64',
    labels: STRING_MAP,
    annotations: STRING_MAP,
    finalizers: STRINGS,
    managedFields: 'anything',
    ownerReferences: {
      list: {
        fields: {
          apiVersion: 'string',
          kind: 'string',
          name: 'string',
          uid: 'string',
          controller: 'boolean',
          blockOwnerDeletion: 'boolean',
        },
      },
    },
  },
};

const LABEL_SELECTOR: Shape = {
  fields: {
    matchLabels: STRING_MAP,
    matchExpressions: { list: { fields: { key: 'string', operator: 'string', values: STRINGS } } },
  },
};

const PEERS: Shape = {
  list: {
    fields: {
      podSelector: LABEL_SELECTOR,
      namespaceSelector: LABEL_SELECTOR,
      ipBlock: { fields: { cidr: 'string', except: STRINGS } },
    },
  },
};

const POLICY_PORTS: Shape = {
  list: { fields: { protocol: 'string', port: 'intOrString', endPort: 'int32' } },
};

/** `networking.k8s.io/v1` NetworkPolicy. */
export const NETWORK_POLICY: Shape = {
  fields: {
    apiVersion: 'string',
    kind: 'string',
    metadata: OBJECT_META,
    spec: {
      fields: {
        podSelector: LABEL_SELECTOR,
        policyTypes: STRINGS,
        ingress: { list: { fields: { from: PEERS, ports: POLICY_PORTS } } },
        egress: { list: { fields: { to: PEERS, ports: POLICY_PORTS } } },
      },
    },
  },
};

/** `v1` Service; what says nothing about who reaches whom is left to others. */
export const SERVICE: Shape = {
  fields: {
    apiVersion: 'string',
    kind: 'string',
    metadata: OBJECT_META,
    status: 'anything',
    spec: {
      fields: {
        ports: {
          list: {
            fields: {
              name: 'string',
              protocol: 'string',
              appProtocol: 'string',
              port: 'int32',
              targetPort: 'intOrString',
              nodePort: 'int32',
            },
          },
        },
        selector: STRING_MAP,
        clusterIP: 'string',
        clusterIPs: 'anything',
        type: 'string',
        externalIPs: STRINGS,
        sessionAffinity: 'anything',
        loadBalancerIP: 'anything',
        loadBalancerSourceRanges: STRINGS,
        externalName: 'string',
        externalTrafficPolicy: 'string',
        healthCheckNodePort: 'int32',
        publishNotReadyAddresses: 'anything',
        sessionAffinityConfig: 'anything',
        ipFamilies: 'anything',
        ipFamilyPolicy: 'anything',
        allocateLoadBalancerNodePorts: 'anything',
        loadBalancerClass: 'anything',
        internalTrafficPolicy: 'anything',
        trafficDistribution: 'anything',
      },
    },
  },
};
