import {
  isFelixConfiguration,
  readFelixConfiguration,
} from '../../../src/policies/calico/felix-configuration';
import { readPolicies } from '../../../src/policies/read-policies';
import { readManifests } from '../../../src/sources/manifest';
import type { Resource } from '../../../src/model/resource';

function felix(spec: string, name = 'default', apiVersion = 'projectcalico.org/v3'): Resource {
  const yaml = `{ apiVersion: ${apiVersion}, kind: FelixConfiguration, metadata: { name: ${name} }, spec: { ${spec} } }`;
  const [resource] = readManifests(yaml, { file: 'felix.yaml' }).resources;
  if (resource === undefined) throw new Error(`no resource in ${yaml}`);
  return resource;
}

const DEFAULTS = { vxlanPort: 4789, dropsIpip: true, nftables: false };

/** FelixConfigurationSpec of Calico 3.31 (api/pkg/apis/projectcalico/v3/felixconfig.go). */
describe('a FelixConfiguration', () => {
  it.each([
    ['', DEFAULTS],
    ['allowVXLANPacketsFromWorkloads: true', { ...DEFAULTS, vxlanPort: undefined }],
    ['allowVXLANPacketsFromWorkloads: false, allowIPIPPacketsFromWorkloads: false', DEFAULTS],
    ['allowIPIPPacketsFromWorkloads: true', { ...DEFAULTS, dropsIpip: false }],
    ['vxlanPort: 8472', { ...DEFAULTS, vxlanPort: 8472 }],
    ['vxlanPort: 8472, allowVXLANPacketsFromWorkloads: true', { ...DEFAULTS, vxlanPort: undefined }],
    ['nftablesMode: Enabled', { ...DEFAULTS, nftables: true }],
    ['nftablesMode: Disabled', DEFAULTS],
    // parsing.h of felix/bpf-gpl: IP in IP from pods is dropped whatever is set, VXLAN goes on to policies.
    ['bpfEnabled: true, allowIPIPPacketsFromWorkloads: true', { ...DEFAULTS, vxlanPort: undefined }],
  ])('{ %s } is followed', (spec, settings) => {
    expect(readFelixConfiguration(felix(spec)).settings).toEqual(settings);
    expect(readPolicies([felix(spec, 'default', 'crd.projectcalico.org/v1')]).felix).toEqual(settings);
  });

  it.each([
    'logSeverityScreen: Debug, prometheusMetricsEnabled: true, ipipEnabled: true, wireguardEnabled: true',
    'defaultEndpointToHostAction: Accept, chainInsertMode: Insert, workloadSourceSpoofing: Disabled',
    'iptablesFilterAllowAction: Accept, iptablesFilterDenyAction: Reject, ipv6Support: true, bpfEnabled: false',
    // Chains of workloads have no failsafe rules.
    'failsafeInboundHostPorts: [], failsafeOutboundHostPorts: []',
    // What the other table is set to does not matter.
    'nftablesFilterAllowAction: Return',
    'nftablesMode: Enabled, iptablesFilterAllowAction: Return',
    'allowVXLANPacketsFromWorkloads: true, vxlanPort: 8472',
  ])('that decides nothing else of pods says nothing: %s', (spec) => {
    expect(readPolicies([felix(spec)])).toMatchObject({ outOfModel: [], findings: [] });
  });

  it.each([
    ['defaultEndpointToHostAction: Drop', /drops what pods send to the node they run on/],
    ['defaultEndpointToHostAction: RETURN', /other rules of the node, which may drop it/],
    ['chainInsertMode: Append', /behind those of others.*what verdicts deny may pass/],
    ['iptablesFilterAllowAction: Return', /`iptablesFilterAllowAction: Return` hands/],
    ['nftablesMode: Enabled, nftablesFilterAllowAction: return', /`nftablesFilterAllowAction: Return` hands/],
    ['workloadSourceSpoofing: Any', /allowedSourcePrefixes/],
    ['ipv6Support: false', /IPv4 only/],
    ['bpfEnabled: true', /eBPF/],
    ['useInternalDataplaneDriver: false', /another program/],
  ])('{ %s } is outside the model, with the field, what follows and the mend', (spec, words) => {
    for (const name of ['default', 'node.worker-1']) {
      const { outOfModel } = readPolicies([felix(spec, name)]);
      expect(outOfModel).toEqual([
        expect.objectContaining({
          reason: expect.stringMatching(words) as unknown,
          mend: expect.any(String) as unknown,
        }),
      ]);
      const [field = ''] = spec.split(':').slice(-2);
      expect(outOfModel[0]?.reason).toContain(field.split(', ').at(-1));
    }
  });

  it('says several in one finding', () => {
    const [one, ...others] = readPolicies([
      felix('chainInsertMode: Append, workloadSourceSpoofing: Any'),
    ]).outOfModel;
    expect(others).toEqual([]);
    expect(one?.reason).toMatch(/^Its `chainInsertMode.*\. Its `workloadSourceSpoofing/);
  });

  it('of one node changes no verdict, and says that its tunnels are not followed', () => {
    const { felix: settings, outOfModel } = readPolicies([felix('vxlanPort: 8472', 'node.worker-1')]);
    expect(settings).toBeUndefined();
    expect(outOfModel).toEqual([
      expect.objectContaining({ reason: expect.stringMatching(/^`vxlanPort` of one node/) as unknown }),
    ]);
  });

  it('of another name is read by nobody, and of another group is none', () => {
    expect(isFelixConfiguration(felix('', 'main'))).toBe(false);
    expect(isFelixConfiguration(felix('', 'default', 'example.org/v1'))).toBe(false);
    expect(readPolicies([felix('chainInsertMode: Append', 'main')]).outOfModel).toEqual([]);
  });

  it('without a spec, or with one of another form, has the defaults', () => {
    const [resource] = readManifests(
      '{ apiVersion: projectcalico.org/v3, kind: FelixConfiguration, metadata: { name: default }, spec: [] }',
      { file: 'felix.yaml' },
    ).resources;
    expect(resource && readFelixConfiguration(resource)).toEqual({ settings: DEFAULTS, doubts: [] });
  });
});
