import { ApiObject, Chart, DependencyGraph } from 'cdk8s';
import type { IConstruct } from 'constructs';

/**
 * Renders the charts of a tree that is complete. cdk8s gathers the dependencies of the whole app and validates all of
 * it before it renders anything, and then once more before each chart; in an app of many charts that costs more than
 * compiling the intents. Nothing can come of it while nothing is added to the tree.
 */
export class CompleteTree {
  private charts: readonly Chart[] | undefined;

  constructor(private readonly app: IConstruct) {}

  /** From here on until {@link release} charts are rendered as they stand. Charts that render themselves still do. */
  keep(): void {
    if (this.charts !== undefined) return;
    this.charts = this.app.node
      .findAll()
      .filter((node): node is Chart => Chart.isChart(node))
      .filter((chart) => chart.toJson === Chart.prototype.toJson);
    for (const chart of this.charts) chart.toJson = () => render(chart);
  }

  /** Leaves the charts to cdk8s again. */
  release(): void {
    for (const chart of this.charts ?? []) Reflect.deleteProperty(chart, 'toJson');
    this.charts = undefined;
  }
}

/** The objects of the chart, but not of charts inside it, each after what it depends on: as cdk8s orders them. */
function render(chart: Chart): unknown[] {
  return new DependencyGraph(chart.node)
    .topology()
    .filter((node) => ApiObject.isApiObject(node))
    .filter((object) => Chart.of(object) === chart)
    .map((object): unknown => object.toJson());
}
