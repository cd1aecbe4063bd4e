import { type App } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import { checkOptions } from './check-options';
import { compileApp, type AppCompilation, type CompilerParts } from './compile-app';
import type { IntentsCompilerOptions } from '../compiler/compiler-options';
import { describeGiven } from './given-value';
import { removePolicies } from './policy-writer';
import { Rendering } from './rendering';
import { sayFindings } from './said-findings';
import { WholeSynth } from './whole-synth';
import type { Finding } from '../model/finding';
import { NOWHERE } from '../model/place';

const ID = 'intents-compiler';

/** What cdk8s has rendered it has: it cannot be given labels any more, and its chart no policies. */
const LATE_CONSTRUCT: Finding = {
  id: 'late-construct',
  severity: 'error',
  message:
    'Something was added to the app after a part of it was rendered, so what was rendered before may lack policies and labels, and the proof does not hold for it',
  place: NOWHERE,
  mend: 'Add it before the synth, or in a validation that adds it the first time it is called.',
};

/**
 * Makes the policies and labels of all intents of an app, and proves them, on every way to a synth: `app.synth()`,
 * `app.synthYaml()`, `Testing.synth(chart)` and `chart.toJson()`.
 *
 * cdk8s validates the whole tree before it renders anything, and once more before each chart. Of a synth of the whole app
 * the first of these is when the tree is complete; the work is done then, and once. A synth of one chart validates once,
 * and the work is done anew each time, because the app may have changed in between. A tree that has grown in the
 * meantime, because other validations add to it, is compiled again either way.
 */
export class IntentsCompiler extends Construct {
  /**
   * Attaches the compiler to an app. Do it last, so that other late additions to the tree come first.
   *
   * @throws Error when the app has a compiler already, or none of an app is given, or an option cannot be used
   */
  static attach(app: App, options: IntentsCompilerOptions = {}): IntentsCompiler {
    checkIsApp(app);
    checkOptions(options);
    if (app.node.tryFindChild(ID) !== undefined) {
      throw new Error('IntentsCompiler: the app has a compiler already. Attach it once, with all options.');
    }
    return new IntentsCompiler(app, options);
  }

  private readonly parts: CompilerParts;
  private last: AppCompilation | undefined;
  private readonly synth: WholeSynth;
  /** The synth of the whole app that {@link last} is of, if any. */
  private lastSynth: number | undefined;

  private constructor(app: App, options: IntentsCompilerOptions) {
    super(app, ID);
    this.parts = { app, rendering: new Rendering(), options };
    this.synth = new WholeSynth(app, () => {
      this.refuseLateConstructs();
    });
    this.node.addValidation({ validate: () => this.failures() });
  }

  /** What the last synth found. */
  get findings(): readonly Finding[] {
    return this.last?.findings ?? [];
  }

  /** Not named `validate`: constructs before 10.4 refuse a construct that has a method of that name. */
  private failures(): string[] {
    if (this.last === undefined || this.anotherSynth()) this.compile({ sameSynth: false });
    else if (this.parts.rendering.begun) this.synth.renders();
    else if (this.grown(this.last)) this.compile({ sameSynth: true });
    return this.fails ? [`The intents do not hold.\n\n${this.said}`] : [];
  }

  private anotherSynth(): boolean {
    const { current } = this.synth;
    return current === undefined || current !== this.lastSynth || this.parts.rendering.renderedAgain;
  }

  private grown(last: AppCompilation): boolean {
    return countNodes(this.parts.app) !== last.constructs;
  }

  private refuseLateConstructs(): void {
    if (this.last === undefined || countNodes(this.parts.app) === this.last.constructs) return;
    const message = sayFindings([LATE_CONSTRUCT], { notes: false });
    const { proof = 'error' } = this.parts.options;
    if (proof === 'error') throw new Error(`The intents do not hold.\n\n${message}`);
    process.stderr.write(`cdk8s-intents\n\n${message}\n`);
  }

  private compile({ sameSynth }: { readonly sameSynth: boolean }): void {
    this.lastSynth = this.synth.current;
    if (this.last !== undefined) removePolicies(this.last.written);
    this.last?.staged?.restore();
    this.parts.rendering.restart({ sameSynth });
    this.last = compileApp(this.parts);
    this.report(this.last.findings);
  }

  private get fails(): boolean {
    const { proof = 'error' } = this.parts.options;
    return proof === 'error' && this.findings.some(({ severity }) => severity === 'error');
  }

  private get said(): string {
    const { notes = false } = this.parts.options;
    return sayFindings(this.findings, { notes });
  }

  /** A synth that fails says why in its error. */
  private report(findings: readonly Finding[]): void {
    const { onFindings } = this.parts.options;
    if (onFindings !== undefined) onFindings(findings);
    else if (!this.fails && this.said !== '') process.stderr.write(`cdk8s-intents\n\n${this.said}\n`);
  }
}

/** Not `instanceof`: the app may come from another copy of cdk8s. */
function checkIsApp(given: unknown): void {
  if (Construct.isConstruct(given) && given.node.scope === undefined && 'synthYaml' in given) return;
  throw new Error(
    `IntentsCompiler: it is attached to ${describeGiven(given)}, which is not the App. Write IntentsCompiler.attach(app): it works on all charts of the app.`,
  );
}

/** Not `findAll`, which makes a list of them. */
function countNodes({ node }: IConstruct): number {
  return node.children.reduce((count, child) => count + countNodes(child), 1);
}
