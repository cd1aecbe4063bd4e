import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { ConstructError } from './construct-error';

/**
 * The namespace of the chart that `scope` lies in.
 *
 * @throws ConstructError when the chart has none: what would be meant is not for us to guess
 */
export function chartNamespace(scope: Construct, id: string): string {
  const chart = Chart.of(scope);
  if (chart.namespace !== undefined && chart.namespace !== '') return chart.namespace;
  throw new ConstructError(
    scope,
    id,
    `its chart ${chart.node.path} has no namespace`,
    `Write new Chart(app, '${chart.node.id}', { namespace: '…' }).`,
  );
}
