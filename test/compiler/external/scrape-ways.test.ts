import { compileYaml, deny, NAMESPACES, server, type Compiled } from './compile-yaml';
import type { CompileOptions } from '../../../src/compiler/compilation';
import type { Json } from '../../../src/model/json';

const OPTIONS: CompileOptions = { profile: 'selectors', metricsScrapers: ['infra/prometheus'] };
const FROM = [
  {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'infra' } },
    podSelector: { matchLabels: { app: 'prometheus' } },
  },
];
const SCRAPED = 'annotations: { prometheus.io/scrape: "true" }';
const POD = 'shop/metrics-collection-access-to-pod-web';
const SERVICE = 'shop/metrics-collection-access-to-service-web';

function compiled(yaml: string, options: CompileOptions = OPTIONS): Compiled {
  return compileYaml(NAMESPACES + server('infra/prometheus') + yaml + deny('shop'), options);
}

function rule(...ports: (number | string)[]): Json {
  return [{ from: FROM, ports: ports.map((port) => ({ protocol: 'TCP', port })) }];
}

/** The Service with these annotations. */
function annotatedService(annotations: string): string {
  return server('shop/web').replace(
    'labels: { svc: web }',
    `labels: { svc: web }, annotations: { ${annotations} }`,
  );
}

function monitor(kind: string, spec: string): string {
  return `
---
apiVersion: monitoring.coreos.com/v1
kind: ${kind}
metadata: { name: web, namespace: infra }
spec: { namespaceSelector: { matchNames: [shop] }, ${spec} }
`;
}

const serviceMonitor = (endpoint: string): string =>
  monitor('ServiceMonitor', `selector: { matchLabels: { svc: web } }, endpoints: [{ ${endpoint} }]`);
const podMonitor = (endpoint: string): string =>
  monitor('PodMonitor', `selector: { matchLabels: { app: web } }, podMetricsEndpoints: [{ ${endpoint} }]`);

describe('scrapers of metrics (otterize-operator 6.4)', () => {
  it('are let in on the port of the annotation, by a policy named as the reference says', () => {
    const scraped = 'annotations: { prometheus.io/scrape: "true", prometheus.io/port: "9090" }';
    const { result, policies, found, proved } = compiled(server('shop/web', scraped));
    expect(policies).toEqual({ [POD]: rule(9090) });
    expect([found, proved]).toEqual([[], []]);
    expect(result.policies[0]?.manifest).toMatchObject({
      metadata: {
        labels: {
          'intents.otterize.com/network-policy-metrics-collectors': 'web-shop-e8ed9a',
          'intents.otterize.com/network-policy-metrics-collectors-level': 'pod',
        },
        annotations: { 'intents.otterize.com/created-for-service': 'web-shop-e8ed9a' },
      },
    });
  });

  it('are let in on every container port where the annotation names none', () => {
    const udp = '{ name: dns, containerPort: 53, protocol: UDP }, { name: metrics,';
    const web = server('shop/web', SCRAPED).replace('{ name: metrics,', udp);
    expect(compiled(web).policies).toEqual({ [POD]: rule(8080, 9090) });
  });

  it('are let in by annotations of a Service, on its TCP target ports or the port they name', () => {
    expect(compiled(annotatedService('prometheus.io/scrape: "true"')).policies).toEqual({
      [SERVICE]: rule(9090, 'http'),
    });
    const named = compiled(annotatedService('prometheus.io/scrape: "true", prometheus.io/port: "9090"'));
    expect(named.policies).toEqual({ [SERVICE]: rule(9090) });
    expect(named.result.policies[0]?.manifest).toMatchObject({
      metadata: {
        labels: {
          'intents.otterize.com/network-policy-metrics-collectors': 'web',
          'intents.otterize.com/network-policy-metrics-collectors-level': 'service',
        },
      },
    });
  });

  it('are not let in without the option, without the annotation, or where nothing isolates', () => {
    expect(compiled(server('shop/web', SCRAPED), { profile: 'selectors' }).policies).toEqual({});
    expect(compiled(server('shop/web', 'annotations: { prometheus.io/scrape: "false" }')).policies).toEqual(
      {},
    );
    const open = NAMESPACES + server('infra/prometheus') + server('shop/web', SCRAPED);
    expect(compileYaml(open, OPTIONS).policies).toEqual({});
  });

  it('say nothing of the other callers of a server: what policies of others let in stays a note', () => {
    const own = `
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: own, namespace: shop }
spec: { podSelector: { matchLabels: { app: web } }, ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 8080 }] }] }
`;
    const scraped = 'annotations: { prometheus.io/scrape: "true", prometheus.io/port: "9090" }';
    const { policies, proved } = compiled(server('shop/web', scraped) + own);
    expect([policies, proved]).toEqual([{ [POD]: rule(9090) }, []]);
  });

  it('follow the mode for traffic from outside', () => {
    expect(compiled(server('shop/web', SCRAPED), { ...OPTIONS, externalTraffic: 'off' }).policies).toEqual(
      {},
    );
    const open = NAMESPACES + server('infra/prometheus') + server('shop/web', SCRAPED);
    expect(Object.keys(compileYaml(open, { ...OPTIONS, externalTraffic: 'always' }).policies)).toEqual([POD]);
  });

  it.each(['http', '0', '70000', '-1', '9090 '])(
    'open nothing for an annotated port of %j, and say so',
    (port) => {
      const annotations = `annotations: { prometheus.io/scrape: "true", prometheus.io/port: "${port}" }`;
      const { policies, found } = compiled(server('shop/web', annotations));
      expect([policies, found]).toEqual([{}, ['warning scrape-port-invalid Deployment/shop/web']]);
    },
  );

  it('open nothing where no port is declared, and stop no other workload of the namespace', () => {
    const bare = server('shop/bare', SCRAPED).replace(
      /, ports: \[\{ name: http, containerPort.*\] \}$/m,
      ' }',
    );
    const { policies, found } = compiled(bare + server('shop/web', SCRAPED));
    expect(Object.keys(policies)).toEqual(['shop/metrics-collection-access-to-pod-web']);
    expect(found).toEqual(['warning scrape-without-port Deployment/shop/bare']);
  });

  it('open nothing where no port is declared, and say so', () => {
    const bare = server('shop/web', SCRAPED).replace(
      /, ports: \[\{ name: http, containerPort.*\] \}$/m,
      ' }',
    );
    const { policies, found } = compiled(bare);
    expect([policies, found]).toEqual([{}, ['warning scrape-without-port Deployment/shop/web']]);
  });
});

describe('monitors of the Prometheus operator', () => {
  it.each([
    ['a ServiceMonitor with a port of the Service', serviceMonitor('port: http'), SERVICE, rule('http')],
    ['a ServiceMonitor with a target port', serviceMonitor('targetPort: 9090'), SERVICE, rule(9090)],
    [
      'a ServiceMonitor with a named target port',
      serviceMonitor('targetPort: metrics'),
      SERVICE,
      rule('metrics'),
    ],
    ['a ServiceMonitor with a path alone', serviceMonitor('path: /metrics'), SERVICE, rule(9090, 'http')],
    ['a PodMonitor with a container port', podMonitor('port: metrics'), POD, rule(9090)],
    ['a PodMonitor with a port number', podMonitor('portNumber: 9090'), POD, rule(9090)],
    ['a PodMonitor with the older target port', podMonitor('targetPort: metrics'), POD, rule(9090)],
  ])('let the scraper in by %s', (_, yaml, name, expected) => {
    const { policies, found, proved, result } = compiled(server('shop/web') + yaml);
    expect(policies).toEqual({ [name]: expected });
    expect([found, proved]).toEqual([[], []]);
    expect(result.policies[0]?.manifest).toMatchObject({
      metadata: {
        annotations: {
          'intents.otterize.com/created-for-monitor': expect.stringMatching(
            /^(Service|Pod)Monitor\/infra\/web$/,
          ),
        },
      },
    });
  });

  it.each([
    ['a port the Service lacks', serviceMonitor('port: htpp')],
    ['a UDP port of the Service', serviceMonitor('port: dns')],
    ['a target port no container has', serviceMonitor('targetPort: 1234')],
  ])('open nothing for %s, and say so', (_, yaml) => {
    const { policies, found } = compiled(server('shop/web') + yaml);
    expect([policies, found]).toEqual([{}, ['warning monitor-port-not-found ServiceMonitor/infra/web']]);
  });

  it('scrape no UDP port, though they name none', () => {
    const web = server('shop/web').replace(
      '{ name: metrics, containerPort',
      '{ name: dns, containerPort: 53, protocol: UDP }, { name: metrics, containerPort',
    );
    expect(compiled(web + podMonitor('path: /metrics')).policies).toEqual({ [POD]: rule(8080, 9090) });
    expect(compiled(web + podMonitor('port: dns')).found).toEqual([
      'warning monitor-port-not-found PodMonitor/infra/web',
    ]);
  });

  it('open nothing for a container port that is not there, and say so', () => {
    const { policies, found } = compiled(server('shop/web') + podMonitor('port: htpp'));
    expect([policies, found]).toEqual([{}, ['warning monitor-port-not-found PodMonitor/infra/web']]);
  });

  it('look into their own namespace, or those they name, or all', () => {
    const yaml = serviceMonitor('port: http');
    const own = yaml.replace('namespaceSelector: { matchNames: [shop] }, ', '');
    expect(compiled(server('shop/web') + own).found).toEqual([
      'info monitor-selects-nothing ServiceMonitor/infra/web',
    ]);
    const any = yaml.replace('matchNames: [shop]', 'any: true');
    expect(Object.keys(compiled(server('shop/web') + any).policies)).toEqual([SERVICE]);
  });

  it('of a Service whose pods are not in the manifests open nothing, and a note says so', () => {
    const away = server('shop/web').replace(
      'spec:\n  selector: { app: web }',
      'spec:\n  selector: { app: away }',
    );
    expect(compiled(away + serviceMonitor('port: http'))).toMatchObject({
      policies: {},
      found: ['info external-service-without-pods Service/shop/web'],
    });
  });

  it('and annotations about one Service are one policy', () => {
    const both = annotatedService('prometheus.io/scrape: "true", prometheus.io/port: "9090"');
    expect(compiled(both + serviceMonitor('port: http')).policies).toEqual({ [SERVICE]: rule(9090, 'http') });
  });
});

describe('the scraper that is let in', () => {
  it('may be a Prometheus object, whose pods the operator makes and labels', () => {
    const made = `
---
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: { name: k8s, namespace: infra }
spec: {}
`;
    for (const name of ['infra/k8s', 'infra/prometheus-k8s']) {
      const { policies, found, proved } = compiled(server('shop/web', SCRAPED) + made, {
        ...OPTIONS,
        metricsScrapers: [name],
      });
      expect(JSON.stringify(policies)).toContain(
        '{"app.kubernetes.io/name":"prometheus","operator.prometheus.io/name":"k8s"}',
      );
      expect([found, proved]).toEqual([[], []]);
    }
  });

  it('is no Prometheus object of another namespace', () => {
    const elsewhere = `
---
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: { name: k8s, namespace: other }
spec: {}
`;
    const options = { ...OPTIONS, metricsScrapers: ['infra/k8s'] };
    expect(compiled(server('shop/web', SCRAPED) + elsewhere, options).found).toEqual([
      'warning metrics-scraper-not-found ',
    ]);
  });

  it('that is not in the manifests is let in by its namespace, with a word', () => {
    const { policies, found } = compiled(server('shop/web', SCRAPED), {
      ...OPTIONS,
      metricsScrapers: ['infra/nobody'],
    });
    expect(found).toEqual(['warning metrics-scraper-not-found ']);
    expect(JSON.stringify(policies)).not.toContain('podSelector');
  });

  it('on the host network comes with the addresses of nodes, or not at all', () => {
    const host = server('infra/host').replace('    spec:\n', '    spec:\n      hostNetwork: true\n');
    const options = { ...OPTIONS, metricsScrapers: ['infra/host'] };
    const yaml = server('shop/web', SCRAPED) + host;
    expect(compiled(yaml, options)).toMatchObject({
      policies: {},
      found: ['warning metrics-scraper-on-nodes infra/host[Deployment]'],
    });
    expect(JSON.stringify(compiled(yaml, { ...options, nodeCidrs: ['10.0.0.0/16'] }).policies)).toContain(
      '{"ipBlock":{"cidr":"10.0.0.0/16"}}',
    );
  });

  it('must be namespace/name', () => {
    expect(() => compiled('', { metricsScrapers: ['prometheus'] })).toThrow(/metricsScrapers\[0\] is/);
  });
});
