import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, Helm, Testing } from 'cdk8s';
import { ClientIntents, Target } from 'cdk8s-intents';
import { k8s } from 'cdk8s-plus-27';
import { attach, find, namespace, serious, synth } from './apps';

/** A `helm` that renders the same chart whatever it is asked. */
function fakeHelm(manifest: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'helm-'));
  writeFileSync(join(folder, 'out.yaml'), manifest);
  const helm = join(folder, 'helm');
  writeFileSync(helm, `#!/bin/sh\ncat ${join(folder, 'out.yaml')}\n`);
  chmodSync(helm, 0o755);
  return helm;
}

describe('objects of every origin count as they will be rendered', () => {
  it('Helm output', () => {
    const app = Testing.app();
    const chart = namespace(app, 'shop');
    new Helm(chart, 'redis', {
      chart: 'redis',
      helmExecutable: fakeHelm(
        'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: redis, namespace: shop }\nspec:\n  template:\n    metadata: { labels: { app: redis } }\n    spec: { containers: [{ name: r, image: r, ports: [{ containerPort: 6379 }] }] }\n',
      ),
    });
    new ClientIntents(chart, 'calls', {
      workload: { name: 'cart' },
      targets: [Target.workload({ name: 'redis', kind: 'StatefulSet' })],
    });
    new k8s.KubeDeployment(chart, 'cart', {
      metadata: { name: 'cart' },
      spec: {
        selector: { matchLabels: { app: 'cart' } },
        template: {
          metadata: { labels: { app: 'cart' } },
          spec: { containers: [{ name: 'c', image: 'c' }] },
        },
      },
    });
    const { findings } = attach(app);
    const manifests = synth(chart);
    expect(find(manifests, 'StatefulSet', 'redis').spec.template.metadata.labels).toEqual({
      app: 'redis',
      'intents.otterize.com/server': expect.stringMatching(/^redis-shop-/),
    });
    expect(find(manifests, 'Deployment', 'cart').spec.template.metadata.labels).toHaveProperty(
      ['intents.otterize.com/client'],
      'true',
    );
    expect(serious(findings())).toEqual([]);
  });

  it('ClientIntents objects of other tools, in all API versions that the reference names', () => {
    const spec = {
      v1: { service: { name: 'client' }, calls: [{ name: 'server' }] },
      v2: { workload: { name: 'client' }, targets: [{ kubernetes: { name: 'server' } }] },
    };
    for (const [version, shape] of [
      ['v1alpha2', spec.v1],
      ['v1alpha3', spec.v1],
      ['v1', spec.v1],
      ['v1beta1', spec.v1],
      ['v2alpha1', spec.v2],
      ['v2beta1', spec.v2],
    ] as const) {
      const app = Testing.app();
      const chart = namespace(app, 'shop');
      for (const name of ['client', 'server']) {
        new k8s.KubeDeployment(chart, name, {
          metadata: { name },
          spec: {
            selector: { matchLabels: { app: name } },
            template: {
              metadata: { labels: { app: name } },
              spec: { containers: [{ name, image: name, ports: [{ containerPort: 80 }] }] },
            },
          },
        });
      }
      new ApiObject(chart, 'intents', {
        apiVersion: `k8s.otterize.com/${version}`,
        kind: 'ClientIntents',
        metadata: { name: 'client' },
        spec: shape,
      });
      const { findings } = attach(app);
      expect(find(synth(chart), 'NetworkPolicy', 'access-to-server-from-shop')).toBeDefined();
      // No cluster serves v1: it is read, and the app hears of it.
      expect(serious(findings())).toEqual(
        version === 'v1' ? [expect.stringContaining('warning unserved-version')] : [],
      );
    }
  });

  it('two constructs that make one object are an error that names both', () => {
    const app = Testing.app();
    const chart = namespace(app, 'shop');
    for (const [id, data] of [
      ['a', '1'],
      ['b', '2'],
    ] as const) {
      new ApiObject(chart, id, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'same' },
        data: { data },
      });
    }
    attach(app);
    expect(() => synth(chart)).toThrow(/error duplicate-object: ConfigMap\/shop\/same[^]*shop\/a[^]*/);
  });
});
