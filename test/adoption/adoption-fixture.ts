import { adopt, type Adoption, type AdoptSettings } from '../../src/adoption/adopt';
import type { ResidueKind } from '../../src/adoption/residue';
import { jsonAt, type JsonObject } from '../../src/model/json';
import { readManifests } from '../../src/sources/manifest';

export function adopted(text: string, more: Partial<AdoptSettings> = {}): Adoption {
  const { resources, findings } = readManifests(text, { file: 'in.yaml' });
  expect(findings).toEqual([]);
  return adopt(resources, { reachabilityOptions: {}, options: {}, ...more });
}

/** `Kind namespace/name` of each object. */
export function objectsOf({ objects }: Adoption): string[] {
  return objects.map((object) => {
    const text = (...path: string[]): string => {
      const value = jsonAt(object, path);
      return typeof value === 'string' ? value : '';
    };
    return `${text('kind')} ${text('metadata', 'namespace')}/${text('metadata', 'name')}`;
  });
}

export function targetsOf({ objects }: Adoption, client: string): unknown {
  const found = objects.find(
    (object) => object['kind'] === 'ClientIntents' && jsonAt(object, ['metadata', 'name']) === client,
  );
  return found && jsonAt(found, ['spec', 'targets']);
}

export function residueOf({ residue }: Adoption, kind: ResidueKind): string[] {
  return residue.filter((item) => item.kind === kind).map(({ message }) => message);
}

export function deployment(id: string, more: JsonObject = {}, kind = 'Deployment'): string {
  const [namespace = '', name = ''] = id.split('/');
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'x' }], ...more } };
  return JSON.stringify({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace },
    spec: { selector: { matchLabels: labels }, template },
  });
}

export function service(id: string, port: number, targetPort: number, more: JsonObject = {}): string {
  const [namespace = '', name = ''] = id.split('/');
  const spec = { selector: { app: name }, ports: [{ port, targetPort }], ...more };
  return JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec });
}

export function policy(id: string, spec: JsonObject): string {
  const [namespace = '', name = ''] = id.split('/');
  return JSON.stringify({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec,
  });
}

export function all(...objects: readonly string[]): string {
  return objects.join('\n---\n');
}

export const from = (...apps: readonly string[]): JsonObject[] =>
  apps.map((app) => ({ podSelector: { matchLabels: { app } } }));
