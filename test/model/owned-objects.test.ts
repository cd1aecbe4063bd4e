import { keyOf, ownedBy } from '../../src/model/owned-objects';
import { readManifests } from '../../src/sources/manifest';

const owner = (apiVersion: string, kind: string, name: string, controller = true): string =>
  `ownerReferences: [{ apiVersion: ${apiVersion}, kind: ${kind}, name: ${name}, uid: u, controller: ${controller} }]`;

const object = (apiVersion: string, kind: string, name: string, more = ''): string =>
  `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name}, namespace: shop${more === '' ? '' : `, ${more}`} }\n`;

const { resources } = readManifests(
  object('apps/v1', 'Deployment', 'a') +
    object('apps/v1', 'ReplicaSet', 'a-1', owner('apps/v1', 'Deployment', 'a')) +
    object('v1', 'Pod', 'a-1-x', owner('apps/v1', 'ReplicaSet', 'a-1')) +
    object('v1', 'Pod', 'b-1-x', owner('apps/v1', 'ReplicaSet', 'b-1')) +
    object('v1', 'Pod', 'kept', owner('apps/v1', 'ReplicaSet', 'a-1', false)) +
    object('v1', 'Pod', 'other', owner('example.com/v1', 'ReplicaSet', 'a-1')),
  { file: 'live.yaml' },
);

const owned = (...names: string[]): string[] => {
  const owners = resources.filter(({ name }) => names.includes(name)).map(keyOf);
  return [...ownedBy(resources, new Set(owners))].map(({ name }) => name).sort();
};

describe('ownedBy', () => {
  it('finds what controllers made, over as many steps as there are', () => {
    expect(owned('a')).toEqual(['a-1', 'a-1-x']);
    expect(owned('a-1')).toEqual(['a-1-x']);
  });

  it('leaves what others made, what is owned without being controlled, and kinds of other groups', () => {
    expect(owned('a-1-x')).toEqual([]);
    expect(owned('b')).toEqual([]);
  });
});
