import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const TEXT = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');

interface Instruction {
  readonly word: string;
  readonly rest: string;
}

/** Instructions with their lines put together, comments left out. */
function instructionsOf(text: string): Instruction[] {
  const joined = text.replace(/^\s*#.*\n/gm, '').replace(/\\\n\s*/g, ' ');
  return joined
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [, word = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
      return { word, rest };
    });
}

/** What is wrong with a Dockerfile, by the rules that hadolint has for the same (DL and a number). */
function lint(text: string): string[] {
  const all = instructionsOf(text);
  const wrong = all.filter(({ word }) => word === '').map(() => 'a line is no instruction');
  const images = all.filter(({ word }) => word === 'FROM').map(({ rest }) => rest);
  for (const image of images)
    if (!/^\S+[:@]\S+/.test(image) || /:latest\b/.test(image))
      wrong.push(`DL3006, DL3007: ${image} has no version`);
  const last = all.slice(all.map(({ word }) => word).lastIndexOf('FROM'));
  const user = last.filter(({ word }) => word === 'USER').at(-1)?.rest ?? '';
  if (!/^[1-9]\d*(?::[1-9]\d*)?$/.test(user))
    wrong.push('DL3002: the last user is not one by number, or is root');
  for (const { word, rest } of all) {
    if (word === 'WORKDIR' && !rest.startsWith('/')) wrong.push(`DL3000: WORKDIR ${rest} is relative`);
    if (word === 'ADD') wrong.push('DL3020: ADD fetches and unpacks; COPY copies');
    if (word === 'MAINTAINER') wrong.push('DL4000: MAINTAINER is deprecated');
    if ((word === 'CMD' || word === 'ENTRYPOINT') && !rest.startsWith('['))
      wrong.push(`DL3025: ${word} needs a shell`);
    if (word === 'RUN' && /\b(sudo|apt-get upgrade|curl|wget)\b/.test(rest)) wrong.push(`DL3004: ${rest}`);
    if (word === 'RUN' && /\bnpm (?:i|install)\b/.test(rest))
      wrong.push('DL3016: npm ci installs what is locked');
    if (word === 'COPY' && /^\.\s/.test(rest)) wrong.push('COPY . copies whatever lies about');
    if ((word === 'ENV' || word === 'ARG') && /(?:TOKEN|PASSWORD|SECRET|KEY)\b/i.test(rest))
      wrong.push(`${word} ${rest} stays in the image`);
  }
  return wrong;
}

describe('the Dockerfile', () => {
  it('breaks no rule', () => {
    expect(lint(TEXT)).toEqual([]);
  });

  it.each([
    ['FROM node\nUSER 1', 'DL3006'],
    ['FROM node:latest\nUSER 1', 'DL3007'],
    ['FROM a:1', 'DL3002'],
    ['FROM a:1\nUSER root', 'DL3002'],
    ['FROM a:1\nUSER 0', 'DL3002'],
    ['FROM a:1\nUSER 1\nFROM b:1', 'DL3002'],
    ['FROM a:1\nUSER 1\nWORKDIR app', 'DL3000'],
    ['FROM a:1\nUSER 1\nADD x /x', 'DL3020'],
    ['FROM a:1\nUSER 1\nCMD node x', 'DL3025'],
    ['FROM a:1\nUSER 1\nRUN npm install', 'DL3016'],
    ['FROM a:1\nUSER 1\nCOPY . .', 'COPY .'],
    ['FROM a:1\nUSER 1\nENV API_TOKEN=x', 'stays in the image'],
    ['FROM a:1\nUSER 1\nrun x', 'no instruction'],
  ])('would break one with %j', (text, rule) => {
    expect(lint(text).join('\n')).toContain(rule);
  });

  it('ends in an image without a shell, of a Node that the package works on, the same that builds', () => {
    const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const built = Number(/^ARG NODE_VERSION=(\d+)\./m.exec(TEXT)?.[1]);
    const runs = Number(/^FROM gcr\.io\/distroless\/nodejs(\d+)-debian12:nonroot$/m.exec(TEXT)?.[1]);
    expect(runs).toBe(built);
    expect(runs).toBeGreaterThanOrEqual(Number(/\d+/.exec(engines.node as string)?.[0]));
  });

  it('copies only what there is, and what is sent to the builder', () => {
    const sent = readFileSync(join(ROOT, '.dockerignore'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = instructionsOf(TEXT)
      .filter(({ word, rest }) => word === 'COPY' && !rest.startsWith('--from'))
      .flatMap(({ rest }) => rest.split(/\s+/).slice(0, -1));
    expect([...copied].sort()).toEqual([...sent].sort());
    expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('starts the command that ControllerDeployment gives arguments to', () => {
    const { bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(TEXT).toContain(`ENTRYPOINT ["/nodejs/bin/node", "/app/${bin.intents}"]`);
  });
});
