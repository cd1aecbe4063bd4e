import { evidenceLines } from './evidence';
import { targetName } from './target-json';
import type { DraftIntents } from '../calls/draft-intents';
import type { DraftTarget } from '../calls/draft-targets';
import type { TargetPort } from '../../intents/client-intents';
import { workloadName } from '../../intents/identity';
import { groupBy } from '../../model/group-by';
import { shownText } from '../../reports/shown-text';

const HEAD = `import { Chart } from 'cdk8s';
import { ClientIntents, Target } from 'cdk8s-intents';
`;

/**
 * The drafts as a module for a cdk8s app: a function for each namespace, to be called with the chart of that namespace,
 * since a ClientIntents lies in the namespace of its chart.
 */
export function* intentsTypescript(drafts: readonly DraftIntents[]): Generator<string> {
  yield drafts.length === 0 ? '// No call was seen.\nexport {};\n' : HEAD;
  const taken = new Set<string>();
  for (const [namespace, own] of groupBy(drafts, ({ client }) => client.namespace)) {
    const name = functionName(namespace, taken);
    yield `\n/** Calls that were seen of the workloads of namespace ${namespace}; \`chart\` is the chart of that namespace. */\n`;
    yield `export function ${name}(chart: Chart): void {\n${own.map(construct).join('\n')}}\n`;
  }
}

function construct({ client, name, targets }: DraftIntents): string {
  const { name: workload, kind } = workloadName(client);
  const fields = [`name: ${literal(workload)}`, ...(kind === undefined ? [] : [`kind: ${literal(kind)}`])];
  const lines = targets.flatMap((target) => [
    ...evidenceLines(target).map((line) => `      // ${line}`),
    `      ${targetCall(target, client.namespace)},`,
  ]);
  return [
    `  new ClientIntents(chart, ${literal(constructId(name))}, {`,
    `    workload: { ${fields.join(', ')} },`,
    '    targets: [',
    ...lines,
    '    ],',
    '  });',
    '',
  ].join('\n');
}

/** Beside a construct of the workload itself, which often has its name. */
function constructId(name: string): string {
  return `${name}-calls`;
}

function targetCall(target: DraftTarget, home: string): string {
  switch (target.type) {
    case 'service':
      return `Target.service(${literal(targetName(target, home))}${portOptions(target.ports)})`;
    case 'workload': {
      const { server, kind, ports } = target;
      const fields = [
        `name: ${literal(workloadName(server).name)}`,
        ...(kind === undefined ? [] : [`kind: ${literal(kind)}`]),
        ...(server.namespace === home ? [] : [`namespace: ${literal(server.namespace)}`]),
      ];
      return `Target.workload({ ${fields.join(', ')} }${portOptions(ports)})`;
    }
    case 'kubernetes-api':
      return 'Target.kubernetesApi()';
    case 'internet': {
      const { domains, ips, ports } = target;
      const fields = [
        ...(domains.length === 0 ? [] : [`domains: [${domains.map(literal).join(', ')}]`]),
        ...(ips.length === 0 ? [] : [`ips: [${ips.map(literal).join(', ')}]`]),
        `ports: [${ports.join(', ')}]`,
      ];
      return `Target.internet({ ${fields.join(', ')} })`;
    }
  }
}

function portOptions(ports: 'all' | readonly TargetPort[]): string {
  if (ports === 'all') return '';
  const list = ports.map(({ port, protocol }) =>
    protocol === 'TCP'
      ? typeof port === 'number'
        ? String(port)
        : literal(port)
      : `{ port: ${typeof port === 'number' ? port : literal(port)}, protocol: ${literal(protocol)} }`,
  );
  return `, { ports: [${list.join(', ')}] }`;
}

/** A text as TypeScript has it, all of it to be seen. Names come from manifests, so they may be anything. */
function literal(text: string): string {
  return /^[\w.:/@ -]*$/.test(text) ? `'${text}'` : shownText(JSON.stringify(text), Infinity);
}

/** `onlineBoutiqueIntents` for `online-boutique`. */
function functionName(namespace: string, taken: Set<string>): string {
  const camel = namespace.replace(/[^A-Za-z0-9]+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const plain = camel.replace(/[^A-Za-z0-9]/g, '');
  const start = /^[A-Za-z]/.test(plain) ? plain : `namespace${plain}`;
  let name = `${start}Intents`;
  for (let number = 2; taken.has(name); number++) name = `${start}Intents${number}`;
  taken.add(name);
  return name;
}
