import type { DeclaredCommand } from './declared-commands';

const EXIT_CODES: readonly (readonly [string, string])[] = [
  ['0', 'fine'],
  ['1', 'findings, failed tests, or what an option makes a failure'],
  ['2', 'bad use, or input that cannot be read'],
];

/** A page of the manual for one command, in the macros of man(7). */
export function commandManPage(command: DeclaredCommand, version: string): string {
  const { name, summary, usage, options, after } = command;
  return [
    head(`intents-${name}`, version),
    `.SH NAME\nintents\\-${escaped(name)} \\- ${escaped(summary)}\n`,
    `.SH SYNOPSIS\n.B intents ${escaped(name)}\n${escaped(usage)}\n`,
    '.SH OPTIONS\n',
    ...options.map(({ flags, details }) => `.TP\n.B ${escaped(flags)}\n${escaped(details)}\n`),
    ...(after === '' ? [] : [`.SH NOTES AND EXAMPLES\n${verbatim(after)}`]),
    exitCodes(),
    '.SH SEE ALSO\n.BR intents (1)\n',
  ].join('');
}

/** The page of the program, which leads to those of the commands. */
export function programManPage(commands: readonly DeclaredCommand[], version: string): string {
  return [
    head('intents', version),
    '.SH NAME\nintents \\- who can talk to whom under network policies, and why\n',
    '.SH SYNOPSIS\n.B intents\n<command> [options]\n.br\n.B kubectl intents\n<command> [options]\n',
    '.SH DESCRIPTION\n',
    'Manifests are given as files, folders (with everything below), <git\\-ref>:<path> for what a commit has,\n\\- for standard input, or --context for a live cluster.\n',
    '.SH COMMANDS\n',
    ...commands.map(({ name, summary }) => `.TP\n.BR intents\\-${escaped(name)} (1)\n${escaped(summary)}\n`),
    exitCodes(),
  ].join('');
}

function head(title: string, version: string): string {
  return `.TH ${title.toUpperCase().replaceAll('-', '\\-')} 1 "" "cdk8s\\-intents ${escaped(version)}" "User commands"\n`;
}

function exitCodes(): string {
  return `.SH EXIT STATUS\n${EXIT_CODES.map(([code, meaning]) => `.TP\n.B ${code}\n${meaning}\n`).join('')}`;
}

function verbatim(text: string): string {
  return `.nf\n${text
    .split('\n')
    .map((line) => escaped(line))
    .join('\n')}\n.fi\n`;
}

/** Nothing in the text may be taken for a request or an escape. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(?=[.'])/gm, '\\&');
}
