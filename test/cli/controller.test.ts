import { spawnSync } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { cli, folderOf } from './cli-run';

/** A kubeconfig of a server that nobody runs. */
function kubeconfig(server = 'https://127.0.0.1:1'): string {
  const folder = folderOf({
    config: stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'here',
      contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }],
      clusters: [{ name: 'c', cluster: { server } }],
      users: [{ name: 'u', user: { token: 'secret-token' } }],
    }),
  });
  return join(folder, 'config');
}

const QUIET = ['--metrics-bind-address', '0', '--health-probe-bind-address', '0'];

describe('intents controller', () => {
  it.each([
    ['a namespace that cannot be', ['-n', 'Shop'], 'A namespace is up to 63 lower-case letters'],
    ['a rate at which no lease is renewed in time', ['--kube-api-qps', '5'], 'Write a whole number from 10.'],
    ['a burst that is no number', ['--kube-api-burst', 'x'], 'Write a whole number from 10.'],
    ['an address that is none', ['--metrics-bind-address', 'x'], 'Write :8080'],
    ['a port that is none', ['--webhook-service', 'a/b:0'], 'Write namespace/name or namespace/name:port.'],
    ['a Service without a namespace', ['--webhook-service', 'b'], 'Write namespace/name'],
    ['a Lease without a name', ['--lease', 'a/'], 'Write namespace/name'],
    ['a word that is no level', ['--log-level', 'loud'], 'Allowed choices are debug, info, warn, error'],
    ['a path, which it does not take', ['dist'], 'too many arguments'],
    ['exemptions from nothing', ['--exempt', 'a'], 'has no effect without --assume-default-deny'],
    ['a Secret of nothing', ['--webhook-secret', 'a'], 'has no effect without --webhook-service'],
    [
      'a webhook that is not served',
      ['--webhook-service', 'a/b', '--webhook-bind-address', '0'],
      'needs an address to listen on',
    ],
    ['a webhook beside namespaces', ['--webhook-service', 'a/b', '-n', 'c'], "the whole cluster's"],
    ['what the compiler refuses', ['--kubernetes-api', 'x'], '--kubernetes-api[0] is "x"'],
    ['a lock file that is not there', ['--dns-lock', '/nowhere.lock'], '/nowhere.lock'],
    [
      'a kubeconfig that is not there',
      ['--kubeconfig', '/nowhere'],
      'The kubeconfig /nowhere cannot be read',
    ],
  ])('ends with 2 for %s', async (_, words, message) => {
    const { code, err, out } = await cli(['controller', ...words]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });

  it('ends with 2 for a context that is not there, and names those that are', async () => {
    const { code, err } = await cli([
      'controller',
      '--kubeconfig',
      kubeconfig(),
      '--context',
      'there',
      ...QUIET,
    ]);
    expect(code).toBe(2);
    expect(err).toContain('The kubeconfig has no context "there". It has here.');
  });

  it('ends with 2 where another listens already', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const { code, err } = await cli([
      'controller',
      '--kubeconfig',
      kubeconfig(),
      '--metrics-bind-address',
      '0',
      '--health-probe-bind-address',
      `127.0.0.1:${port}`,
    ]);
    other.close();
    expect(code).toBe(2);
    expect(err).toContain('EADDRINUSE');
    expect(err).toContain('choose another address to listen on.');
  });

  it('waits for an API server that is away, tells no secret, and ends with 0 when it is told to', async () => {
    const ended = cli(['controller', '--kubeconfig', kubeconfig(), ...QUIET]);
    // The listener is there before the first request has failed.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    process.emit('SIGTERM');
    const { code, out, err } = await ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ level: 'info', message: 'starting', cluster: 'here' });
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'warn', message: 'no answer from the API server' }),
    );
    expect(lines.at(-1)).toMatchObject({ message: 'ended' });
    expect(out).not.toContain('secret-token');
  }, 30_000);

  it('loads nothing of a cluster before it is asked for', () => {
    const program = `
      require('./src/cli/declared-commands.ts').declaredCommands();
      const heavy = Object.keys(require.cache).filter((path) => /node_modules.(pino|prom-client|@kubernetes)\\b/.test(path));
      console.log(heavy.length);`;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--conditions=@cdk8s-intents/source', '--import', 'tsx', '-e', program],
      { cwd: join(__dirname, '../..'), encoding: 'utf8' },
    );
    expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' });
  }, 30_000);
});
