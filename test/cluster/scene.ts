import { type ControlPlane } from './control-plane';
import { ApiError, type KubeObject } from './client';
import { type Recording } from './etcd';
import { until } from './install';
import { differences, expectedOf, LABEL_PREFIX, only, run, written } from './live-app';
import { canonical, withoutServerFields } from './stored';

const NAMESPACES = ['shop', 'billing'];

/** Everything of a small landscape but its intents. */
const LANDSCAPE: readonly KubeObject[] = [
  ...NAMESPACES.flatMap((name): KubeObject[] => [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'default-deny', namespace: name },
      spec: { podSelector: {}, policyTypes: ['Ingress'] },
    },
  ]),
  ...server('shop', 'frontend', 80),
  ...server('shop', 'cart', 7070),
  ...server('shop', 'payments', 8443),
  ...server('shop', 'worker', 9000),
  ...server('billing', 'ledger', 5432),
];

/** What the landscape's clients call before, and what they call after. */
const BEFORE: readonly KubeObject[] = [
  intents('frontend', { kubernetes: { name: 'cart' } }, { service: { name: 'payments' } }),
  intents('payments', { kubernetes: { name: 'ledger.billing' } }),
  intents('cart', { kubernetes: { name: 'ledger.billing' } }, { kubernetes: { name: 'payments' } }),
];
const AFTER: readonly KubeObject[] = [
  intents('frontend', { kubernetes: { name: 'cart' } }, { kubernetes: { name: 'worker' } }),
  intents('payments', { kubernetes: { name: 'ledger.billing' } }),
  intents('worker', { kubernetes: { name: 'cart' } }, { service: { name: 'ledger.billing' } }),
];

/**
 * A landscape whose intents change from one state to another while something goes wrong, and what must hold all the time:
 * what both states want is never missing and never anything else, for policies and for the labels of pods.
 */
export class Scene {
  readonly before = expectedOf([...LANDSCAPE, ...BEFORE]);
  readonly after = expectedOf([...LANDSCAPE, ...AFTER]);

  constructor(private readonly plane: ControlPlane) {}

  /** Makes the landscape with the intents of the first state. */
  async create(): Promise<void> {
    await run(this.plane.api, [...LANDSCAPE, ...BEFORE]);
  }

  /** Declares one of the two states, and nothing of the other. */
  async declare(state: 'before' | 'after'): Promise<void> {
    const { api } = this.plane;
    const [wanted, other] = state === 'before' ? [BEFORE, AFTER] : [AFTER, BEFORE];
    for (const object of wanted) await api.apply(object, 'people', true);
    const names = new Set(wanted.map(({ metadata }) => metadata.name as string));
    for (const object of other) {
      if (names.has(object.metadata.name as string)) continue;
      await api.delete(object).catch((error: unknown) => {
        if (!(error instanceof ApiError && error.code === 404)) throw error;
      });
    }
  }

  /** Waits until the cluster is as a state wants it, to the byte; else throws with what differs. */
  async converges(state: 'before' | 'after', within = 90_000): Promise<void> {
    let left: string[] = ['nothing was read'];
    await until(
      async () => {
        left = await written(this.plane.api).then(
          (is) => differences(only(is, NAMESPACES), this[state]),
          (error: unknown) => [String(error)],
        );
        return left.length === 0;
      },
      { within, every: 50 },
    ).catch(() => {
      throw new Error(`not within ${within} ms:\n${left.join('\n')}`);
    });
  }

  /** Begins to watch over what must hold while the state changes. */
  async watchOver(): Promise<Guard> {
    const policies = await this.plane.database.record('/registry/networkpolicies/');
    const pods = await this.plane.database.record('/registry/pods/');
    return new Guard(this, policies, pods);
  }
}

/** Holds the recordings of one change of state. */
export class Guard {
  constructor(
    private readonly scene: Scene,
    private readonly policies: Recording,
    private readonly pods: Recording,
  ) {}

  /** What was not as it had to be at some moment, one line each; ends the recordings. */
  violations(): string[] {
    this.policies.stop();
    this.pods.stop();
    return [...this.policyViolations(), ...this.labelViolations()];
  }

  private policyViolations(): string[] {
    const { before, after } = this.scene;
    const kept = [...before.policies.keys()].filter((key) => after.policies.has(key));
    const allowed = (key: string): Set<string> =>
      new Set([before, after].flatMap(({ policies }) => policies.get(key) ?? []));
    return this.policies.changes.flatMap(({ type, key, object }) => {
      if (kept.includes(key) && type === 'delete')
        return [`${key} was deleted though it is wanted all the time`];
      if (object === undefined || key.endsWith('/default-deny')) return [];
      const is = canonical(withoutServerFields(object));
      return allowed(key).has(is) ? [] : [`${key} was, for a moment, what no state wants: ${is}`];
    });
  }

  private labelViolations(): string[] {
    const { before, after } = this.scene;
    const workloads = [...before.podLabels.keys(), ...after.podLabels.keys()];
    return this.pods.changes.flatMap(({ key, object }) => {
      if (object === undefined) return [];
      const workload = workloads.find((name) => key.startsWith(`${name}-`));
      const [old = {}, now = {}] = [before, after].map(({ podLabels }) => podLabels.get(workload ?? ''));
      const is = (object.metadata.labels ?? {}) as Record<string, string>;
      const lost = Object.keys(old).filter((label) => now[label] === old[label] && is[label] !== old[label]);
      const strange = Object.keys(is).filter(
        (label) => label.startsWith(LABEL_PREFIX) && is[label] !== old[label] && is[label] !== now[label],
      );
      return [
        ...lost.map((label) => `pod ${key} lost ${label}, which both states want`),
        ...strange.map((label) => `pod ${key} has ${label}, which no state wants`),
      ];
    });
  }
}

/** A Deployment of two pods that listens, and its Service. */
export function server(namespace: string, name: string, port: number): KubeObject[] {
  const labels = { app: name };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [{ name: 'main', image: 'example.test/app', ports: [{ containerPort: port }] }],
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: { selector: labels, ports: [{ port, targetPort: port }] },
    },
  ];
}

/** Declares what a Deployment of the shop calls. */
export function intents(name: string, ...targets: object[]): KubeObject {
  return {
    apiVersion: 'k8s.otterize.com/v2alpha1',
    kind: 'ClientIntents',
    metadata: { name, namespace: 'shop' },
    spec: { workload: { name, kind: 'Deployment' }, targets },
  };
}
