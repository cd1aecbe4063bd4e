import { resourceId, type Resource } from '../../src/model/resource';
import { judgeNetworkPolicy, judgeService, type Judgement } from './judge';
import type { Outcome } from './pipeline';

/** Every NetworkPolicy and Service among the objects, with what the API server says to it. */
function* judged({ cluster }: Outcome): Iterable<[Resource, Judgement]> {
  for (const resource of cluster.resources) {
    const { apiVersion, kind, manifest } = resource;
    // Reading puts an object without a namespace into one; the server does so too.
    if (apiVersion === 'networking.k8s.io/v1' && kind === 'NetworkPolicy')
      yield [resource, judgeNetworkPolicy(manifest)];
    else if (apiVersion === 'v1' && kind === 'Service') yield [resource, judgeService(manifest)];
  }
}

/** Policies that nobody would read: of a kind or a group that no server has. */
export function passedOver({ cluster, policies, findings }: Outcome): string[] {
  const known = new Set(policies.outOfModel.map(({ resource }) => resource.place));
  const said = new Set(findings.filter(({ severity }) => severity === 'error').map(({ object }) => object));
  const real = /^(networking\.k8s\.io|projectcalico\.org|policy\.networking\.k8s\.io)\//;
  return cluster.resources
    .filter(({ kind, apiVersion }) => kind.endsWith('NetworkPolicy') && !real.test(apiVersion))
    .filter((resource) => !known.has(resource.place) && !said.has(resourceId(resource)))
    .map((resource) => `${resource.apiVersion} ${resourceId(resource)} is passed over in silence`);
}

/** Where reading and the API server part ways; empty when they agree. */
export function disagreements(outcome: Outcome): string[] {
  const inSet = new Set(outcome.policies.kubernetes.map(({ place }) => place));
  return [...judged(outcome)].flatMap(([resource, { answer, reasons }]) => {
    const errors = outcome.findings.filter(
      ({ severity, object }) => severity === 'error' && object === resourceId(resource),
    );
    const isPolicy = resource.kind === 'NetworkPolicy';
    const read = isPolicy ? inSet.has(resource.place) : errors.length === 0;
    const said = `${answer} (${reasons.join('; ')}), read: ${read}, ${errors.map(({ message }) => message).join('; ')}`;
    const wrong =
      (answer === 'refuses' && (errors.length === 0 || read)) ||
      (answer === 'accepts' && (errors.length > 0 || !read)) ||
      (errors.length === 0 && !read);
    return wrong ? [`${resource.kind} ${said}`] : [];
  });
}
