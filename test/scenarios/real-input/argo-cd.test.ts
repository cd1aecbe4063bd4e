import type { Chart } from 'cdk8s';
import { ClientIntents, DefaultDeny, Target } from 'cdk8s-intents';
import { readPolicies } from '../../../src/policies/read-policies';
import { readManifestFiles } from '../../../src/sources/files';
import {
  changedObjects,
  describeApplication,
  filesOf,
  NOTHING_AUTOMATIC,
  said,
  serious,
  synthesize,
} from './applications';
import { connectionsOf, differences } from './connections';
import { cutOffRows, cutOffs } from './cut-off-rows';
import { expectTable } from './doc-tables';

const NAMESPACE = 'argocd';

describeApplication('argo-cd', () => {
  const files = filesOf('argo-cd');
  const deny = (chart: Chart): void => {
    new DefaultDeny(chart, 'deny');
  };
  const without = readManifestFiles(files).resources.filter(({ kind }) => kind === 'NetworkPolicy');
  const own = synthesize({ namespace: NAMESPACE, files, compiler: NOTHING_AUTOMATIC });
  const together = synthesize({ namespace: NAMESPACE, files, add: deny });
  const alone = synthesize({ namespace: NAMESPACE, files, without, add: deny });

  it('is brought in unchanged; its objects name no namespace and get that of the chart', () => {
    expect(
      readManifestFiles(files).resources.every(({ manifest }) => !('namespace' in Object(manifest.metadata))),
    ).toBe(true);
    expect(changedObjects(files, NAMESPACE, together)).toEqual([]);
    expect(together.cluster.workloads.map(({ id }) => id)).toEqual([
      'argocd/argocd-application-controller[StatefulSet]',
      'argocd/argocd-applicationset-controller[Deployment]',
      'argocd/argocd-dex-server[Deployment]',
      'argocd/argocd-notifications-controller[Deployment]',
      'argocd/argocd-redis[Deployment]',
      'argocd/argocd-repo-server[Deployment]',
      'argocd/argocd-server[Deployment]',
    ]);
  });

  it('composes: each workload has a policy of its own, so the default deny takes nothing away', () => {
    expect(readPolicies(own.cluster.resources).kubernetes).toHaveLength(7);
    expect(differences(connectionsOf(own), connectionsOf(together))).toEqual([]);
    expect(serious(together)).toEqual([]);
    expect(said(together, 'policy-selects-nothing', 'policy-on-host-network')).toEqual([]);
  });

  it('names who would be cut off if the policies had not come along', () => {
    expect([...cutOffs(alone)].map(([name, { severity }]) => `${severity} ${name}`)).toEqual(
      alone.cluster.workloads.map(({ name }) => `warning ${name}`),
    );
    expect([...cutOffs(together)]).toEqual([]);
    expectTable(
      'argo-cd-cut-off',
      ['Workload', 'Service', 'Called by', 'With its own policies'],
      cutOffRows(alone, together),
    );
  });

  it('can be opened with intents in place of its policies, more narrowly', () => {
    const call = (chart: Chart, client: string, ...services: readonly string[]): void => {
      new ClientIntents(chart, `${client}-calls`, {
        workload: { name: client },
        targets: services.map((service) => Target.service(service)),
      });
    };
    const declared = synthesize({
      namespace: NAMESPACE,
      files,
      without,
      add: (chart) => {
        deny(chart);
        call(chart, 'argocd-server', 'argocd-repo-server', 'argocd-redis', 'argocd-dex-server');
        call(chart, 'argocd-application-controller', 'argocd-repo-server', 'argocd-redis');
        call(chart, 'argocd-repo-server', 'argocd-redis');
        call(chart, 'argocd-applicationset-controller', 'argocd-repo-server');
        call(chart, 'argocd-notifications-controller', 'argocd-repo-server');
      },
    });
    // Left are those that only people, Git hosts and Prometheus call: nobody of the manifests.
    expect([...cutOffs(declared)].map(([name]) => name)).toEqual([
      'argocd-application-controller',
      'argocd-applicationset-controller',
      'argocd-notifications-controller',
      'argocd-server',
    ]);
    const [before, after] = [connectionsOf(own), connectionsOf(declared)];
    expect(before.get('argocd-repo-server > argocd-redis')).toBe('TCP 6379');
    expect(after.get('argocd-repo-server > argocd-redis')).toBe('TCP 6379');
    expect(before.get('argocd-redis > argocd-application-controller')).toBe('TCP 8082');
    expect(after.get('argocd-redis > argocd-application-controller')).toBe('none');
  });
});
