import type { App } from 'cdk8s';
import { CompleteTree } from './complete-tree';

/**
 * Knows whether the app as a whole is being synthesized, by taking the place of `synth` and `synthYaml` on the app.
 *
 * cdk8s validates the tree once for the app and once more for each chart of one synth, and `Testing.synth(chart)` and
 * `chart.toJson()` do for one chart the same as the app does for each: nothing that a validation sees tells the next
 * chart of one synth from a new synth of that chart. Between them the app may have changed in any way, a patch say,
 * that leaves no trace in the tree.
 */
export class WholeSynth {
  private readonly tree: CompleteTree;
  private running: number | undefined;
  private count = 0;

  /**
   * @param completed called at the end of each synth of the whole app that nothing has stopped; what it throws fails
   * the synth
   */
  constructor(
    app: App,
    private readonly completed: () => void,
  ) {
    this.tree = new CompleteTree(app);
    const synth = app.synth.bind(app);
    const synthYaml = app.synthYaml.bind(app);
    app.synth = () => {
      this.during(synth);
    };
    app.synthYaml = () => this.during(synthYaml);
  }

  /** Another number for each synth of the whole app; absent while only a chart is synthesized. */
  get current(): number | undefined {
    return this.running;
  }

  /** Says that cdk8s has begun to render the charts of this synth: the tree is complete. */
  renders(): void {
    if (this.running !== undefined) this.tree.keep();
  }

  /** An app may override one of them to call the other. */
  private during<Result>(synth: () => Result): Result {
    const outer = this.running;
    this.count++;
    this.running = this.count;
    try {
      const result = synth();
      if (outer !== undefined) return result;
      this.tree.release();
      this.completed();
      return result;
    } finally {
      if (outer === undefined) this.tree.release();
      this.running = outer;
    }
  }
}
