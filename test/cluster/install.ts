import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { type Client, type KubeObject } from './client';
import { shippedCrds } from '../crds/crd-file';

/**
 * Installs the CRDs of crds/ and waits until objects of them can be written. Versions but the stored one need the
 * conversion webhook; `conversion` says where it is. Without one the CRDs are installed as they are shipped.
 */
export async function installCrds(api: Client, conversion?: object): Promise<void> {
  const crds = [...shippedCrds().values()].map((crd): KubeObject => {
    const object = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', ...crd };
    return conversion === undefined ? object : { ...object, spec: { ...object.spec, conversion } };
  });
  for (const crd of crds) await api.apply(crd, 'kubectl', true);
  for (const crd of crds) await until(() => isEstablished(api, crd.metadata.name));
  // The first answer for a new kind takes the server a second or two more.
  for (const crd of crds) {
    const { group, names } = crd.spec as { group: string; names: { plural: string } };
    await until(() =>
      api.get(`/apis/${group}/v2alpha1/${names.plural}`).then(
        () => true,
        () => false,
      ),
    );
  }
}

/** The objects of a file of crds/. */
export function shippedObjects(file: string): KubeObject[] {
  const text = readFileSync(join(__dirname, '../../crds', file), 'utf8');
  return parseAllDocuments(text).map((document): KubeObject => document.toJS());
}

/** Installs the CRDs' admission policies of crds/ and waits until the server judges by them, which takes it a second. */
export async function installAdmissionPolicies(api: Client): Promise<void> {
  for (const object of shippedObjects('admission-policies.yaml')) await api.apply(object, 'kubectl', true);
  const bad = {
    apiVersion: 'k8s.otterize.com/v2alpha1',
    kind: 'ClientIntents',
    metadata: { name: 'bad', namespace: 'default' },
    spec: { workload: { name: 'a' }, targets: [{ service: { name: 'b', ports: [0] } }] },
  };
  await until(() =>
    api.create(bad, '?dryRun=All').then(
      () => false,
      () => true,
    ),
  );
}

/** Asks again and again until the answer is true. Throws with the question's words when that takes too long. */
export async function until(
  question: () => Promise<boolean> | boolean,
  { within = 90_000, every = 25, what = question.toString() } = {},
): Promise<void> {
  const deadline = Date.now() + within;
  while (!(await question())) {
    if (Date.now() > deadline) throw new Error(`not within ${within} ms: ${what}`);
    await sleep(every);
  }
}

/** Waits. */
export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Makes a namespace. */
export async function makeNamespace(
  api: Client,
  name: string,
  labels: Record<string, string> = {},
): Promise<void> {
  await api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
}

async function isEstablished(api: Client, name: string): Promise<boolean> {
  const crd = await api.get(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`);
  const conditions = (crd.status?.conditions ?? []) as { type: string; status: string }[];
  return conditions.some(({ type, status }) => type === 'Established' && status === 'True');
}
