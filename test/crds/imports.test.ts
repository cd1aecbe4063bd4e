import { Testing, type ApiObject, type Chart } from 'cdk8s';
import * as l1 from '../../imports/k8s.otterize.com';
import { VERSIONS, wholeIntents, wholeProtection } from './whole-objects';

type L1 = new (scope: Chart, id: string, props: any) => ApiObject;

const CLASSES: Readonly<Record<string, readonly [L1, L1]>> = {
  v2beta1: [l1.ClientIntents, l1.ProtectedService],
  v2alpha1: [l1.ClientIntentsV2Alpha1, l1.ProtectedServiceV2Alpha1],
  v1beta1: [l1.ClientIntentsV1Beta1, l1.ProtectedServiceV1Beta1],
  v1alpha3: [l1.ClientIntentsV1Alpha3, l1.ProtectedServiceV1Alpha3],
  v1alpha2: [l1.ClientIntentsV1Alpha2, l1.ProtectedServiceV1Alpha2],
};

/** Fields as the generated types call them. */
function inCamelCase(value: any): any {
  if (Array.isArray(value)) return value.map(inCamelCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key === 'HTTPResources' ? 'httpResources' : key,
      key === 'ports' ? item : inCamelCase(item),
    ]),
  );
}

describe.each(VERSIONS)('the typed constructs of %s', (version) => {
  it.each([
    ['ClientIntents', 0, wholeIntents(version)],
    ['ProtectedService', 1, wholeProtection(version)],
  ] as const)('write every field of %s, and no other version', (_, index, whole) => {
    const { metadata, spec } = inCamelCase(whole);
    const chart = Testing.chart();
    const Made = CLASSES[version]?.[index];
    if (Made === undefined) throw new Error(`there is no construct of ${version}`);
    new Made(chart, 'x', { metadata, spec });
    expect(Testing.synth(chart)).toEqual([whole]);
  });
});
