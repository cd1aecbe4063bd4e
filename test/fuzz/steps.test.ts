import fc from 'fast-check';
import { buildCluster } from '../../src/model/build-cluster';
import { readIntents } from '../../src/intents/read-intents';
import { readPolicies } from '../../src/policies/read-policies';
import type { Resource } from '../../src/model/resource';
import { readManifests } from '../../src/sources/manifest';
import { FILE, runOn } from './pipeline';
import { changedManifests } from './texts';

/** Counts every look into an object and all below it. */
function watched<T extends object>(value: T, count: { looks: number }): T {
  const inner = (item: unknown): unknown =>
    typeof item === 'object' && item !== null ? watched(item, count) : item;
  return new Proxy(value, {
    get(target, key, receiver): unknown {
      count.looks++;
      return inner(Reflect.get(target, key, receiver));
    },
    ownKeys(target) {
      count.looks += Reflect.ownKeys(target).length;
      return Reflect.ownKeys(target);
    },
    getOwnPropertyDescriptor(target, key) {
      count.looks++;
      const found = Reflect.getOwnPropertyDescriptor(target, key);
      return found === undefined ? undefined : { ...found, value: inner(found.value), configurable: true };
    },
  });
}

function sizeOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((size, item) => size + sizeOf(item), 1);
}

function looksAt(resources: readonly Resource[], read: (watched: readonly Resource[]) => unknown): number {
  const count = { looks: 0 };
  read(resources.map((resource) => ({ ...resource, manifest: watched(resource.manifest, count) })));
  return count.looks;
}

/** No field is looked at more often than this on average; about 10 in practice. */
const LOOKS_PER_VALUE = 60;

describe('reading objects', () => {
  it('looks at every value a bounded number of times, whatever the objects are', () => {
    fc.assert(
      fc.property(changedManifests, (text) => {
        const { resources } = readManifests(text, { file: FILE });
        const size = sizeOf(resources.map(({ manifest }) => manifest));
        expect(looksAt(resources, runOn)).toBeLessThan(LOOKS_PER_VALUE * size);
      }),
      { numRuns: 200 },
    );
  });

  it('of ten times the length takes ten times the looks: lists, label maps and junk', () => {
    const policy = (length: number): Resource[] => {
      const items = <T>(make: (index: number) => T): T[] => Array.from({ length }, (_, index) => make(index));
      const labels = Object.fromEntries(items((index) => [`k${index}`, 'v']));
      const selector = {
        matchLabels: labels,
        matchExpressions: items((index) => ({
          key: `k${index}`,
          operator: 'Im',
          values: items(String).slice(0, 3),
        })),
      };
      const ports = items((index) => ({ port: index, endPort: 'x', junk: null }));
      const manifest = {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'p', labels, annotations: labels, ...labels },
        spec: {
          podSelector: selector,
          ingress: [{ from: items(() => ({ podSelector: {}, x: 1 })), ports }],
          ...labels,
        },
      };
      return [...readManifests(JSON.stringify(manifest), { file: FILE }).resources];
    };
    const read = (resources: readonly Resource[]): void => {
      const { resources: unique } = buildCluster(resources);
      readPolicies(unique);
      readIntents(unique);
    };
    expect(looksAt(policy(300), read)).toBeLessThan(11 * looksAt(policy(30), read));
  });
});
