import { readManifests } from '../../src/sources/manifest';
import type { JsonObject } from '../../src/model/json';
import type { Resource } from '../../src/model/resource';

function resourceOf(object: JsonObject): Resource {
  const [resource] = readManifests(JSON.stringify(object), { file: 'in.json' }).resources;
  if (resource === undefined) throw new Error('no object');
  return resource;
}

/** A Deployment `namespace/name` with the label `app`. */
export function workload(id: string): Resource {
  const [namespace = '', name = ''] = id.split('/');
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'x' }] } };
  const spec = { selector: { matchLabels: labels }, template };
  return resourceOf({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace }, spec });
}

/** A NetworkPolicy `namespace/name`. */
export function policy(id: string, spec: JsonObject): Resource {
  const [namespace = '', name = ''] = id.split('/');
  return resourceOf({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec,
  });
}
