import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildCluster } from '../../src/model/build-cluster';
import type { JsonObject } from '../../src/model/json';
import { readManifestFiles } from '../../src/sources/files';
import type { Manifest } from '../oracle/manifest';
import { namespaceObjects, place } from './placed-cluster';
import type { SettledWorld } from './settled-world';

const DATA = join(__dirname, '../../../shared/data');
const APPLICATIONS = ['online-boutique', 'kube-prometheus', 'argo-cd', 'ingress-nginx'];

let worlds: readonly SettledWorld[] | undefined;

/** Real applications that have NetworkPolicies, each workload as one pod with an address; none where no data is there. */
export function applicationWorlds(): readonly SettledWorld[] {
  if (worlds === undefined && !existsSync(DATA))
    process.stderr.write('SKIPPED: no ../shared/data, so no policies of real applications.\n');
  worlds ??= APPLICATIONS.filter((name) => existsSync(join(DATA, name)))
    .map(worldOf)
    .filter(({ manifests }) => manifests.some(({ kind }) => kind === 'NetworkPolicy'));
  return worlds;
}

function worldOf(application: string): SettledWorld {
  const { resources } = readManifestFiles([join(DATA, application)]);
  const cluster = buildCluster(resources);
  const policies = resources
    .filter(({ group, kind }) => group === 'networking.k8s.io' && kind === 'NetworkPolicy')
    .map(({ manifest, name, namespace = 'default' }) => ({ ...manifest, metadata: { name, namespace } }));
  const objects: JsonObject[] = [
    ...namespaceObjects(cluster),
    ...place(cluster).map(({ object }) => object),
    ...policies,
  ];
  const manifests: Manifest[] = JSON.parse(JSON.stringify(objects));
  return { family: 4, manifests };
}
