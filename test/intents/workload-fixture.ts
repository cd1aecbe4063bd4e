import { NOWHERE } from '../../src/model/place';
import type { Workload } from '../../src/model/workloads/workload';

/** A workload with what a test does not care about filled in: a Deployment in `default`, labelled `app: <name>`. */
export function workload(given: Partial<Workload> & { readonly name: string }): Workload {
  const { name, namespace = 'default', kind = 'Deployment', labels = { app: name } } = given;
  const group = given.group ?? 'apps';
  const manifest = {
    apiVersion: `${group}/v1`,
    kind,
    metadata: { name, namespace },
    spec: { selector: { matchLabels: { ...labels } } },
  };
  return {
    id: `${namespace}/${name}[${kind}]`,
    annotations: {},
    serviceAccount: 'default',
    hostNetwork: false,
    ports: [],
    addresses: [],
    finished: false,
    place: NOWHERE,
    resource: {
      apiVersion: `${group}/v1`,
      group,
      version: 'v1',
      kind,
      name,
      namespace,
      manifest,
      place: NOWHERE,
    },
    ...given,
    namespace,
    name,
    kind,
    group,
    labels,
  };
}
