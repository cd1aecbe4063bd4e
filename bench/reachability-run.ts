/**
 * One evaluation in a process of its own, for bench/reachability.ts: reads the YAML of a made-up cluster, evaluates it
 * and prints the figures as JSON.
 *
 *   node .bench/reachability-run.js WORKLOADS,NAMESPACES,KUBERNETES,CALICO,BLOCKS [cli|library] [plain|bare] [parse]
 *
 * `cli` (default) runs as the command line does, `library` as Node does by itself. With `parse` the text is parsed with
 * js-yaml, which is what evaluating is compared to, and nothing else happens.
 */
import { loadAll } from 'js-yaml';
import { manifestsOf } from './reachability-worlds';
import { optimiseLater } from '../src/cli/short-run';
import { buildCluster } from '../src/model/build-cluster';
import { readPolicies } from '../src/policies/read-policies';
import { evaluate } from '../src/reachability/evaluate';
import { readManifests } from '../src/sources/manifest';

const [workloads = 0, namespaces = 0, kubernetes = 0, calico = 0, blocks = 0] = (process.argv[2] ?? '')
  .split(',')
  .map(Number);
if (process.argv[3] !== 'library') optimiseLater();
const bare = process.argv[4] === 'bare';
const text = manifestsOf({ workloads, namespaces, kubernetes, calico, blocks, bare });

/**
 * Milliseconds by the clock, which is what one waits for on an otherwise idle machine, and of processor time, which is
 * steadier where the machine has other work. The latter counts what Node does at the same time on other processors:
 * optimising functions, collecting garbage.
 */
interface Time {
  readonly clock: number;
  readonly processor: number;
}

function timed<T>(work: () => T): [time: Time, result: T] {
  const clock = performance.now();
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return [{ clock: performance.now() - clock, processor: (user + system) / 1000 }, result];
}

if (process.argv[5] === 'parse') {
  const [parse] = timed(() => {
    loadAll(text, () => undefined);
  });
  console.log(JSON.stringify({ parse: parse.processor, parseClock: parse.clock }));
  process.exit();
}

const [read, { resources, findings }] = timed(() => readManifests(text, { file: 'all.yaml' }));
const [model, { cluster, policies }] = timed(() => ({
  cluster: buildCluster(resources),
  policies: readPolicies(resources),
}));
const complete =
  findings.length === 0 &&
  cluster.workloads.length === workloads &&
  policies.kubernetes.length + policies.calico.length === kubernetes + calico;
if (!complete) throw new Error('The made-up cluster was not read whole.');
const [index, reachability] = timed(() => evaluate(cluster, policies));
const [grouping, groups] = timed(() => reachability.groups());
// Their lists of peers are made when they are looked at.
const [listing, entries] = timed(() =>
  groups.reduce((sum, { from, to }) => sum + from.length + to.length, 0),
);
// In KiB; the text, the objects and the model are in it.
const peak = process.resourceUsage().maxRSS / 1024;
const [openings] = timed(() => {
  for (const workload of cluster.workloads) reachability.openings(workload, 'ingress');
});
console.log(
  JSON.stringify({
    read: read.processor,
    model: model.processor,
    evaluate: index.processor + grouping.processor,
    evaluateClock: index.clock + grouping.clock,
    listing: listing.processor,
    openings: openings.processor,
    groups: groups.length,
    entries,
    peak,
  }),
);
