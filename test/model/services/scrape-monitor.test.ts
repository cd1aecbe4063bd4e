import type { Finding } from '../../../src/model/finding';
import type { JsonObject } from '../../../src/model/json';
import { readScrapeMonitor, type ScrapeMonitor } from '../../../src/model/services/scrape-monitor';
import { resourceOf } from '../resource-of';

function read(kind: string, spec: JsonObject): { monitor: ScrapeMonitor | undefined; found: string[] } {
  const findings: Finding[] = [];
  const resource = resourceOf({
    apiVersion: 'monitoring.coreos.com/v1',
    kind,
    metadata: { name: 'web', namespace: 'infra' },
    spec,
  });
  const monitor = readScrapeMonitor(resource, 'infra', findings);
  return { monitor, found: findings.map(({ place }) => place.file ?? '') };
}

describe('monitors of the Prometheus operator', () => {
  it('look into their own namespace unless they say otherwise', () => {
    const namespaces = (namespaceSelector: JsonObject): unknown =>
      read('ServiceMonitor', { selector: {}, namespaceSelector }).monitor?.namespaces;
    expect(read('PodMonitor', { selector: {} }).monitor?.namespaces).toEqual(['infra']);
    expect(namespaces({})).toEqual(['infra']);
    expect(namespaces({ any: true })).toBe('any');
    expect(namespaces({ matchNames: ['b', 'a', 'b'] })).toEqual(['a', 'b']);
  });

  it('select everything with an empty selector, and nothing without one', () => {
    expect(read('ServiceMonitor', { selector: {} }).monitor?.selector).toEqual({
      matchLabels: {},
      matchExpressions: [],
    });
    expect(read('ServiceMonitor', {})).toEqual({
      monitor: undefined,
      found: ['ServiceMonitor.web.spec.selector'],
    });
    expect(read('ServiceMonitor', { selector: { matchlabels: {} } })).toEqual({
      monitor: undefined,
      found: ['ServiceMonitor.web.spec.selector.matchlabels'],
    });
  });

  it('lose an endpoint whose port cannot be read: without it every port is meant', () => {
    const endpoints = [{ port: 80 }, { targetPort: 0 }, { targetPort: 70000 }, { port: 'http' }, {}];
    const { monitor, found } = read('ServiceMonitor', { selector: {}, endpoints });
    expect(monitor?.endpoints).toMatchObject([{ port: 'http' }, { port: undefined, targetPort: undefined }]);
    expect(found).toEqual([
      'ServiceMonitor.web.spec.endpoints.0.port',
      'ServiceMonitor.web.spec.endpoints.1.targetPort',
      'ServiceMonitor.web.spec.endpoints.2.targetPort',
    ]);
  });

  it('are no other kinds', () => {
    expect(read('Probe', { selector: {} }).monitor).toBeUndefined();
  });
});
