import type { ApiObject, Chart } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import type { AppObject } from './app-objects';
import { GeneratedObject } from './generated-object';
import type { GeneratedPolicy } from '../compiler/compilation';
import { isFormerOutput } from '../compiler/present-policies';
import type { Finding } from '../model/finding';
import { constructPlace } from '../model/place';

/** The construct below a chart that holds the policies written into it. */
const HOLDER = 'intents-policies';

/**
 * Writes policies into the charts of their namespaces. A namespace's chart is one that says so; failing that, the
 * chart of an object that lies in it.
 *
 * @returns the constructs that hold the policies, one a chart
 */
export function writePolicies(
  policies: readonly GeneratedPolicy[],
  objects: readonly AppObject[],
  findings: Finding[],
): IConstruct[] {
  const charts = chartsByNamespace(objects);
  const taken = networkPolicies(objects);
  const holders = new Map<Chart, { readonly holder: Construct; written: number }>();
  for (const policy of policies) {
    const other = taken.get(`${policy.namespace}/${policy.name}`);
    if (other?.former === true) findings.push(nameTaken(policy, other.object));
    const chart = charts.get(policy.namespace);
    if (chart === undefined || other !== undefined) continue;
    const place = holders.get(chart) ?? { holder: new Construct(chart, HOLDER), written: 0 };
    holders.set(chart, place);
    // By number: cdk8s lists the children of every construct once a chart, which is slow where their ids are words.
    // The name of the object comes from the intents and never from its id.
    new GeneratedObject(place.holder, String(place.written++), policy.manifest);
  }
  return [...holders.values()].map(({ holder }) => holder);
}

/** Takes away what an earlier {@link writePolicies} wrote. */
export function removePolicies(holders: readonly IConstruct[]): void {
  for (const holder of holders) holder.node.scope?.node.tryRemoveChild(holder.node.id);
}

interface PresentPolicy {
  readonly object: ApiObject;
  /** Whether it is what an earlier compilation wrote, which the compiler passes over; it reports every other one. */
  readonly former: boolean;
}

/** The NetworkPolicies of the app by namespace and name. */
function networkPolicies(objects: readonly AppObject[]): Map<string, PresentPolicy> {
  const found = new Map<string, PresentPolicy>();
  for (const { object, resources } of objects) {
    for (const resource of resources) {
      const { group, kind, namespace, name } = resource;
      if (kind === 'NetworkPolicy' && group === 'networking.k8s.io')
        found.set(`${namespace ?? ''}/${name}`, { object, former: isFormerOutput(resource) });
    }
  }
  return found;
}

function chartsByNamespace(objects: readonly AppObject[]): Map<string, Chart> {
  const own = new Map<string, Chart>();
  const any = new Map<string, Chart>();
  for (const { object, resources } of objects) {
    for (const { namespace } of resources) {
      if (namespace === undefined) continue;
      const charts = object.chart.namespace === namespace ? own : any;
      if (!charts.has(namespace)) charts.set(namespace, object.chart);
    }
  }
  return new Map([...any, ...own]);
}

function nameTaken(policy: GeneratedPolicy, other: ApiObject): Finding {
  return {
    id: 'policy-name-taken',
    severity: 'error',
    message: `The app brings in a NetworkPolicy ${policy.namespace}/${policy.name} that an earlier compilation wrote; the policy of these intents needs its name, and is not written`,
    object: `NetworkPolicy/${policy.namespace}/${policy.name}`,
    place: constructPlace(other.node.path),
    mend: 'Remove it from the app: what the intents need is made anew at each synth.',
  };
}
