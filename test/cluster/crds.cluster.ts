import { ControlPlane } from './control-plane';
import { type KubeObject } from './client';
import { installCrds, makeNamespace } from './install';
import { canonical, withoutServerFields } from './stored';
import { BEYOND_LIMITS, REFUSED } from '../crds/refused-objects';
import { VERSIONS, wholeIntents, wholeProtection } from '../crds/whole-objects';

/** As kubectl asks by default: an unknown field is an error. */
const STRICT = '?fieldValidation=Strict';

describe('the CRDs in a real API server', () => {
  let plane: ControlPlane;

  beforeAll(async () => {
    plane = await ControlPlane.start();
    await installCrds(plane.api);
    await makeNamespace(plane.api, 'shop');
  });
  afterAll(() => plane.stop());

  it('are established, with names that are accepted and no word against their schemas', async () => {
    for (const crd of await plane.api.list('/apis/apiextensions.k8s.io/v1/customresourcedefinitions')) {
      const conditions = Object.fromEntries(
        (crd.status.conditions as { type: string; status: string }[]).map(({ type, status }) => [
          type,
          status,
        ]),
      );
      expect(conditions).toEqual({ NamesAccepted: 'True', Established: 'True' });
    }
  });

  it.each([...REFUSED, ...BEYOND_LIMITS])('refuse %s', async (_, object: KubeObject, message) => {
    await expect(plane.api.create(object, STRICT)).rejects.toMatchObject({
      code: expect.any(Number),
      message: expect.stringMatching(message),
    });
  });

  it('store every field as it was sent, and no other', async () => {
    for (const whole of [wholeIntents('v2alpha1'), wholeProtection('v2alpha1')]) {
      await plane.api.create(whole, STRICT);
      const stored = await plane.api.get(await plane.api.pathOf(whole));
      expect(canonical(withoutServerFields(stored))).toEqual(canonical(whole));
      await plane.api.delete(whole);
    }
  });

  it('serve no version but the stored one while nothing converts them, and lose nothing by trying', async () => {
    for (const version of VERSIONS.filter((name) => name !== 'v2alpha1')) {
      await expect(plane.api.create(wholeIntents(version), STRICT)).rejects.toMatchObject({
        code: 500,
        message: expect.stringContaining('conversion webhook'),
      });
    }
    expect(await plane.api.list('/apis/k8s.otterize.com/v2alpha1/clientintents')).toEqual([]);
  });

  it('let the status be written apart from the spec', async () => {
    const whole = wholeIntents('v2alpha1');
    await plane.api.create(whole, STRICT);
    const changed = await plane.api.merge(whole, { status: { upToDate: true }, spec: null }, '/status');
    expect(changed.spec).toEqual(whole.spec);
    expect(changed.status).toEqual({ upToDate: true });
    await plane.api.delete(whole);
  });

  it('refuse with every reason at once, each with its field', async () => {
    const bad = wholeIntents('v2alpha1');
    bad.spec.workload.name = 'a.b';
    bad.spec.targets = [{ kubernetes: { name: 'a.b.c' } }, {}, { internet: {} }];
    const refusal: unknown = await plane.api.create(bad, STRICT).catch((error: unknown) => error);
    // In no order: the server looks at fields as they come.
    for (const reason of [
      'spec.targets[1] in body should have at least 1 properties',
      'spec.workload.name: Invalid value: "string": must not have dots: write _ for a dot, and leave the namespace out',
      'spec.targets[0].kubernetes.name: Invalid value: "string": has more than one dot: ' +
        'write name or name.namespace, and _ for a dot in the name itself',
      'spec.targets[2].internet: Invalid value: "object": ' +
        'names neither a domain nor an address: write domains or ips',
    ]) {
      expect(String(refusal)).toContain(reason);
    }
  });
});
