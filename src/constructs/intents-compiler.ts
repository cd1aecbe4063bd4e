import { type App } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import { compileApp, type AppCompilation, type CompilerParts } from './compile-app';
import type { IntentsCompilerOptions } from './compiler-options';
import { removePolicies } from './policy-writer';
import { Rendering } from './rendering';
import type { Finding } from '../model/finding';
import { printFindings } from '../reports/findings-text';

const ID = 'intents-compiler';

/**
 * Makes the policies and labels of all intents of an app, and proves them, on every way to a synth: `app.synth()`,
 * `app.synthYaml()`, `Testing.synth(chart)` and `chart.toJson()`.
 *
 * cdk8s validates the whole tree before it renders anything, and once more before each chart. The first of these is
 * when the tree is complete; the work is done then, and once.
 */
export class IntentsCompiler extends Construct {
  /**
   * Attaches the compiler to an app. Do it last, so that other late additions to the tree come first.
   *
   * @throws Error when the app has a compiler already
   */
  static attach(app: App, options: IntentsCompilerOptions = {}): IntentsCompiler {
    if (app.node.tryFindChild(ID) !== undefined) {
      throw new Error('IntentsCompiler: the app has a compiler already. Attach it once, with all options.');
    }
    return new IntentsCompiler(app, options);
  }

  private readonly parts: CompilerParts;
  private last: AppCompilation | undefined;
  private failed = false;

  private constructor(app: App, options: IntentsCompilerOptions) {
    super(app, ID);
    this.parts = { app, rendering: new Rendering(), options };
    this.node.addValidation({ validate: () => this.failures() });
  }

  /** What the last synth found. */
  get findings(): readonly Finding[] {
    return this.last?.findings ?? [];
  }

  /** Not named `validate`: constructs before 10.4 refuse a construct that has a method of that name. */
  private failures(): string[] {
    if (this.last === undefined || this.anotherSynth(this.last)) this.compile({ sameSynth: false });
    else if (this.grown(this.last)) this.compile({ sameSynth: true });
    const { proof = 'error' } = this.parts.options;
    this.failed = proof === 'error' && this.findings.some((finding) => finding.severity === 'error');
    return this.failed ? [`The intents do not hold.\n\n${printFindings(withoutNotes(this.findings))}`] : [];
  }

  /** A failed synth renders nothing; one that went through has rendered every object once. */
  private anotherSynth(last: AppCompilation): boolean {
    const { rendering } = this.parts;
    return this.failed || rendering.renderedAgain || rendering.renderedCount >= last.objects;
  }

  /** Whether other validations have added to the tree, before anything was rendered. */
  private grown(last: AppCompilation): boolean {
    return this.parts.rendering.renderedCount === 0 && countNodes(this.parts.app) !== last.constructs;
  }

  private compile({ sameSynth }: { readonly sameSynth: boolean }): void {
    if (this.last !== undefined) removePolicies(this.last.written);
    this.parts.rendering.restart({ sameSynth });
    this.last = compileApp(this.parts);
    this.report(this.last.findings);
  }

  private report(findings: readonly Finding[]): void {
    const { onFindings, proof = 'error' } = this.parts.options;
    if (onFindings !== undefined) {
      onFindings(findings);
      return;
    }
    const said = withoutNotes(findings);
    const thrown = proof === 'error' && said.some((finding) => finding.severity === 'error');
    if (said.length > 0 && !thrown) process.stderr.write(`cdk8s-intents\n\n${printFindings(said)}\n`);
  }
}

/** Notes are for those who ask; a synth speaks of what someone should act on. */
function withoutNotes(findings: readonly Finding[]): Finding[] {
  return findings.filter((finding) => finding.severity !== 'info');
}

function countNodes(root: IConstruct): number {
  return root.node.findAll().length;
}
