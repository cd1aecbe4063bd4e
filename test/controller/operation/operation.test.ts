import { get } from 'node:http';
import { connect } from 'node:net';
import { readBindAddress } from '../../../src/controller/operation/bind-address';
import { createLog } from '../../../src/controller/operation/controller-log';
import { listen } from '../../../src/controller/operation/http-listener';
import { ControllerMetrics } from '../../../src/controller/operation/metrics';
import { probes } from '../../../src/controller/operation/probes';
import { ApiError } from '../../../src/controller/api/api-error';
import { NETWORK_POLICIES, PODS } from '../../../src/controller/api/known-resources';

function ask(port: number, path: string): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text });
      });
    }).on('error', reject);
  });
}

describe('an address to listen on', () => {
  it.each([
    [':8080', { port: 8080 }],
    ['8080', { port: 8080 }],
    ['127.0.0.1:8080', { host: '127.0.0.1', port: 8080 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['[::1]:8080', { host: '::1', port: 8080 }],
    ['0', 'off'],
  ])('is %s', (text, address) => {
    expect(readBindAddress(text)).toEqual(address);
  });

  it.each([
    '',
    ':',
    'x',
    ':65536',
    ':99999',
    '-1',
    '::1:8080',
    '[127.0.0.1]:80',
    '256.0.0.1:80',
    'example.com:80',
  ])('is not %j', (text) => {
    expect(readBindAddress(text)).toBeUndefined();
  });
});

describe('probes', () => {
  it('say that the process is alive, and ready only when all holds', async () => {
    const checks = { synced: false, webhook: true };
    const listener = await listen({ host: '127.0.0.1', port: 0 }, probes({ readiness: () => checks }));
    expect(await ask(listener.port, '/healthz')).toEqual({ status: 200, text: 'ok\n' });
    expect(await ask(listener.port, '/readyz')).toEqual({
      status: 503,
      text: '[-]synced not yet\n[+]webhook ok\n',
    });
    expect(await ask(listener.port, '/readyz/webhook')).toEqual({ status: 200, text: '[+]webhook ok\n' });
    expect(await ask(listener.port, '/readyz/synced')).toEqual({
      status: 503,
      text: '[-]synced not yet\n',
    });
    for (const path of ['/readyz/other', '/readyz/constructor', '/readyz/'])
      expect((await ask(listener.port, path)).status).toBe(404);
    checks.synced = true;
    expect(await ask(listener.port, '/readyz?verbose')).toEqual({
      status: 200,
      text: '[+]synced ok\n[+]webhook ok\n',
    });
    expect((await ask(listener.port, '/')).status).toBe(404);
    await listener.close();
    await expect(ask(listener.port, '/healthz')).rejects.toThrow();
  });

  it('name what may not be seen, and are ready all the same', async () => {
    const health = { readiness: () => ({ synced: true }), unseen: () => ['namespace b'] };
    const listener = await listen({ host: '127.0.0.1', port: 0 }, probes(health));
    expect(await ask(listener.port, '/readyz')).toEqual({
      status: 200,
      text: '[+]synced ok\n[!]may not see namespace b\n',
    });
    await listener.close();
  });

  it('end though somebody holds a connection over which nothing is asked', async () => {
    const listener = await listen({ host: '127.0.0.1', port: 0 }, probes({ readiness: () => ({}) }));
    const socket = connect(listener.port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    await listener.close();
    socket.destroy();
  });

  it('fail where the port is taken', async () => {
    const handler = probes({ readiness: () => ({}) });
    const listener = await listen({ host: '127.0.0.1', port: 0 }, handler);
    await expect(listen({ host: '127.0.0.1', port: listener.port }, handler)).rejects.toThrow('EADDRINUSE');
    await listener.close();
  });
});

describe('metrics', () => {
  it('count what there is, in the names and units of Prometheus', async () => {
    const metrics = new ControllerMetrics({ processMetrics: false });
    metrics.onRequest({ verb: 'apply', resource: NETWORK_POLICIES, status: 200, milliseconds: 12 });
    metrics.onRequest({ verb: 'watch', resource: PODS, status: 200, milliseconds: 300_000 });
    metrics.onRequest({ verb: 'get', status: 0, milliseconds: 5 });
    metrics.hooks.onRound?.({ milliseconds: 30, namespaces: 2 });
    metrics.hooks.onProof?.({ milliseconds: 4 });
    metrics.hooks.onDrift?.({ object: 'NetworkPolicy/a/b', what: 'spec.ingress', repaired: true });
    metrics.hooks.onState?.({
      policiesManaged: 7,
      policiesPending: 2,
      policiesLeftOver: 7,
      intents: 5,
      unresolvedTargets: 3,
      failing: 1,
      proofFailures: 4,
      queueDepth: 6,
      unseen: 2,
    });
    metrics.setLeading(true);
    metrics.setSynced(true);
    metrics.countReview('failure');
    metrics.setCertificateEnd(new Date(1_800_000_000_500));
    const text = await metrics.print();
    const lines = text.split('\n').filter((line) => !line.startsWith('#') && !line.includes('_bucket'));
    expect(lines.filter((line) => line !== '').sort()).toEqual([
      'intents_controller_api_request_duration_seconds_count{verb="apply"} 1',
      'intents_controller_api_request_duration_seconds_count{verb="get"} 1',
      'intents_controller_api_request_duration_seconds_sum{verb="apply"} 0.012',
      'intents_controller_api_request_duration_seconds_sum{verb="get"} 0.005',
      'intents_controller_api_requests_total{verb="apply",resource="networkpolicies.networking.k8s.io",status="200"} 1',
      'intents_controller_api_requests_total{verb="get",resource="none",status="0"} 1',
      'intents_controller_api_requests_total{verb="watch",resource="pods",status="200"} 1',
      'intents_controller_certificate_expiry_timestamp_seconds 1800000000',
      'intents_controller_conversion_reviews_total{result="failure"} 1',
      'intents_controller_drift_total{repaired="false"} 0',
      'intents_controller_drift_total{repaired="true"} 1',
      'intents_controller_failing_intents 1',
      'intents_controller_intents 5',
      'intents_controller_leader 1',
      'intents_controller_policies_left_over 7',
      'intents_controller_policies_managed 7',
      'intents_controller_policies_pending 2',
      'intents_controller_proof_duration_seconds_count 1',
      'intents_controller_proof_duration_seconds_sum 0.004',
      'intents_controller_proof_failures 4',
      'intents_controller_queue_depth 6',
      'intents_controller_reconcile_duration_seconds_count 1',
      'intents_controller_reconcile_duration_seconds_sum 0.03',
      'intents_controller_synced 1',
      'intents_controller_unresolved_targets 3',
      'intents_controller_unseen 2',
    ]);
  });

  it('are served, with those of the process', async () => {
    const metrics = new ControllerMetrics();
    const listener = await listen({ host: '127.0.0.1', port: 0 }, metrics.handler);
    const { status, text } = await ask(listener.port, '/metrics');
    expect(status).toBe(200);
    expect(text).toContain('process_resident_memory_bytes');
    expect((await ask(listener.port, '/')).status).toBe(404);
    await listener.close();
  });
});

describe('the log', () => {
  function linesOf(
    format: 'json' | 'text',
    say: (log: ReturnType<typeof createLog>) => void,
    level: 'info' | 'warn' = 'info',
  ): string[] {
    const lines: string[] = [];
    say(createLog({ level, format, instance: 'a', write: (line) => lines.push(line) }));
    return lines;
  }

  it('has a line of JSON for each event', () => {
    const [line = ''] = linesOf('json', (log) => {
      log.debug({}, 'not shown');
      log.info({ object: 'NetworkPolicy/shop/a' }, 'wrote');
    });
    expect(line.endsWith('\n')).toBe(true);
    const { time, ...fields } = JSON.parse(line);
    expect(fields).toEqual({
      level: 'info',
      instance: 'a',
      object: 'NetworkPolicy/shop/a',
      message: 'wrote',
    });
    expect(new Date(time).toISOString()).toBe(time);
  });

  it('holds of an error what it says, and nothing that it carries', () => {
    const error = Object.assign(new ApiError({ status: 403, reason: 'Forbidden', message: 'no right' }), {
      headers: { authorization: 'Bearer hidden' },
      request: { token: 'hidden' },
    });
    const lines = linesOf('json', (log) => {
      log.warn({ error, token: 'hidden', detail: { authorization: 'hidden', other: 1 } }, 'refused');
      log.warn({ error: 'hi' }, 'text');
    });
    expect(lines.join('')).not.toContain('hidden');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      error: { name: 'ApiError', message: 'no right', status: 403 },
      detail: { other: 1 },
    });
  });

  it('is text for a person', () => {
    const [line = ''] = linesOf(
      'text',
      (log) => {
        log.info({}, 'not shown');
        log.warn({ object: 'a/b', error: new Error('no'), retryInMs: 500 }, 'cannot write');
      },
      'warn',
    );
    expect(line).toMatch(/^\S+Z warn {2}cannot write \(object=a\/b, error=no, retryInMs=500\)\n$/);
  });
});
