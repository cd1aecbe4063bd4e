import { cli, cliOn } from './cli-run';
import { parseChecked } from './json-schema';

const INTENTS = `apiVersion: v1
kind: List
items:
  - apiVersion: k8s.otterize.com/v1beta1
    kind: ClientIntents
    metadata: { name: a, namespace: shop }
    spec: { service: { name: a }, calls: [{ name: svc:b }, { name: c, type: aws }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: x }
data: { z: "on" }
`;

describe('intents convert', () => {
  it('writes every object, the intents in the version asked for', async () => {
    expect(await cliOn(INTENTS, 'convert', '--to', 'v2beta1', '-')).toEqual({
      code: 0,
      err: '',
      out: `apiVersion: k8s.otterize.com/v2beta1
kind: ClientIntents
metadata:
  name: a
  namespace: shop
spec:
  workload:
    name: a
  targets:
    - service:
        name: b
    - aws:
        arn: c
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: x
data:
  z: "on"
`,
    });
  });

  it('leaves what would lose something as it is, and exits with 1', async () => {
    const { out, code } = await cliOn(INTENTS, 'convert', '--to', 'v1alpha2', '-', '-o', 'json');
    const { objects, findings } = parseChecked('convert', out);
    expect(code).toBe(1);
    expect(objects[0]).toMatchObject({
      apiVersion: 'k8s.otterize.com/v1beta1',
      spec: { service: { name: 'a' } },
    });
    expect(findings).toMatchObject([{ id: 'not-convertible', place: { file: 'stdin', line: 7 } }]);
  });

  it('exits with 2 and prints nothing for a version nobody serves and for input that cannot be read', async () => {
    expect(await cliOn(INTENTS, 'convert', '--to', 'v3', '-')).toMatchObject({ code: 2, out: '' });
    expect(await cliOn(INTENTS, 'convert', '-')).toMatchObject({ code: 2, out: '' });
    expect(await cliOn('a: b: c', 'convert', '--to', 'v2beta1', '-')).toMatchObject({ code: 2, out: '' });
    expect(await cli(['convert', '--to', 'v2beta1', '/nope'])).toMatchObject({ code: 2, out: '' });
  });
});
