import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { buildCluster } from '../../src/model/build-cluster';
import { readManifestFiles } from '../../src/sources/files';

const DATA = join(__dirname, '../../../shared/data');
const present = existsSync(DATA);
if (!present) console.warn('Skipped: the manifests of real applications are not beside this checkout.');

(present ? describe : describe.skip)('manifests of real applications', () => {
  it.each([
    ['online-boutique', { objects: 48, workloads: 12, services: 12, policies: 13 }],
    ['kube-prometheus', { objects: 75, workloads: 6, services: 8, policies: 8 }],
    ['argo-cd', { objects: 54, workloads: 7, services: 8, policies: 7 }],
    ['ingress-nginx', { objects: 19, workloads: 3, services: 2, policies: 0 }],
  ])('%s is read whole, with nothing to mend', (folder, expected) => {
    const { resources, findings } = readManifestFiles([join(DATA, folder)]);
    const cluster = buildCluster(resources);
    // Notes only: the pods of these two are made by an operator.
    const notes =
      folder === 'kube-prometheus' ? ['Alertmanager/monitoring/main', 'Prometheus/monitoring/k8s'] : [];
    expect(
      [...findings, ...cluster.findings].map(({ severity, id, object }) => ({ severity, id, object })),
    ).toEqual(notes.map((object) => ({ severity: 'info', id: 'unknown-workload-kind', object })));
    expect({
      objects: resources.length,
      workloads: cluster.workloads.length,
      services: cluster.services.length,
      policies: resources.filter(({ kind }) => kind === 'NetworkPolicy').length,
    }).toEqual(expected);
    expect(cluster.workloads.every(({ labels }) => Object.keys(labels).length > 0)).toBe(true);
  });

  it('means the same to another parser of YAML 1.1', () => {
    const { files } = readManifestFiles([DATA]);
    expect(files.length).toBeGreaterThan(80);
    for (const file of files) {
      const documents = parseAllDocuments(readFileSync(file, 'utf8'), { version: '1.1' });
      if ('empty' in documents) continue;
      const values = documents.map((document): unknown => document.toJS());
      const objects = values.flatMap((value) =>
        isList(value) ? value.items : value === null ? [] : [value],
      );
      expect([file, readManifestFiles([file]).resources.map(({ manifest }) => manifest)]).toEqual([
        file,
        objects,
      ]);
    }
  });

  it('gives every object the line of its apiVersion or first key', () => {
    const { resources } = readManifestFiles([DATA]);
    for (const { place, kind } of resources) {
      const lines = readFileSync(place.file ?? '', 'utf8').split('\n');
      expect(lines[(place.line ?? 0) - 1]).toMatch(
        /^(?:- )?(apiVersion|kind|metadata|aggregationRule|items):/,
      );
      expect(lines[(place.at(['kind']).line ?? 0) - 1]).toContain(kind);
    }
  });
});

function isList(value: unknown): value is { items: unknown[] } {
  return typeof value === 'object' && value !== null && 'items' in value && Array.isArray(value.items);
}
