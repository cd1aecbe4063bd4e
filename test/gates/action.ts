import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT, type Ran, type Repository } from './runner';

interface Step {
  readonly id: string;
  readonly if?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
}

/** The action as its file has it. */
export interface Action {
  readonly name: string;
  readonly description: string;
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

export function readAction(): Action {
  return parse(readFileSync(join(ROOT, 'action.yml'), 'utf8'));
}

/** What a run of the action left. */
export interface ActionRun extends Ran {
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Actions of others that it would have used. */
  readonly used: readonly string[];
}

type Github = Readonly<Record<string, unknown>>;

/** Runs the steps of the action one after the other, as the runner does: conditions, expressions, files for outputs. */
export function runAction(
  repository: Repository,
  inputs: Readonly<Record<string, string>>,
  github: Github,
): ActionRun {
  const action = readAction();
  const temp = join(repository.folder, '.git', 'runner');
  repository.bash(`mkdir -p ${temp}`);
  const given = Object.fromEntries(
    Object.entries(action.inputs).map(([name, { default: value }]) => [name, inputs[name] ?? value]),
  );
  const steps: Record<string, { outputs: Record<string, string> }> = {};
  const context = { inputs: given, github: { token: 'secret', ...github }, steps };
  const used: string[] = [];
  let out = '';
  let code: number | null = 0;
  for (const step of action.runs.steps) {
    if (step.if !== undefined && evaluate(step.if, context) === '') continue;
    if (step.uses !== undefined)
      used.push(`${step.uses} ${fill(Object.values(step.with ?? {}).join(' '), context)}`);
    if (step.run === undefined) continue;
    const env = Object.fromEntries(
      Object.entries(step.env ?? {}).map(([name, value]) => [name, fill(value, context)]),
    );
    const file = join('.git', 'runner', `output-${step.id}`);
    const ran = repository.bash(step.run, {
      ...env,
      RUNNER_TEMP: temp,
      GITHUB_OUTPUT: join(repository.folder, file),
      GITHUB_STEP_SUMMARY: join(temp, 'summary.md'),
    });
    const lines = repository
      .read(file)
      .split('\n')
      .filter((line) => line !== '');
    steps[step.id] = {
      outputs: Object.fromEntries(lines.map((line) => line.split('=') as [string, string])),
    };
    out += ran.out;
    code = ran.code;
    if (code !== 0) break;
  }
  const outputs = Object.fromEntries(
    Object.entries(action.outputs).map(([name, { value }]) => [name, fill(value, context)]),
  );
  return { code, out, summary: repository.read('.git', 'runner', 'summary.md'), outputs, used };
}

function fill(text: string, context: object): string {
  return text.replace(/\$\{\{(.*?)\}\}/g, (_, expression: string) => evaluate(expression, context));
}

/** The part of the expression language that the action uses: `a.b`, `'text'`, `==`, `!=`, `||`, `&&`. False is ''. */
function evaluate(expression: string, context: object): string {
  const inner = expression
    .trim()
    .replace(/^\$\{\{(.*)\}\}$/, '$1')
    .trim();
  const both = inner.split('&&');
  if (both.length > 1) return both.every((part) => evaluate(part, context) !== '') ? 'true' : '';
  const either = inner.split('||');
  if (either.length > 1)
    return either.map((part) => evaluate(part, context)).find((value) => value !== '') ?? '';
  const [, left, operator, right] = /^(.*?)\s*([!=]=)\s*(.*)$/.exec(inner) ?? [];
  if (left !== undefined && right !== undefined)
    return (evaluate(left, context) === evaluate(right, context)) === (operator === '==') ? 'true' : '';
  const [, text] = /^'(.*)'$/.exec(inner) ?? [];
  if (text !== undefined) return text;
  if (!/^[a-z_]+(\.[\w-]+)+$/.test(inner)) throw new Error(`not understood: ${expression}`);
  let value: unknown = context;
  for (const key of inner.split('.'))
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
