package main

import (
	"net/netip"
	"strings"

	"github.com/projectcalico/calico/felix/generictables"
	"github.com/projectcalico/calico/felix/ipsets"
	"github.com/projectcalico/calico/felix/proto"
	"github.com/projectcalico/calico/felix/rules"
	"github.com/projectcalico/calico/felix/types"
)

// Host is the node's filter table, once for each address family, and the chains of its pods.
type Host struct {
	tables map[uint8]table
	pods   map[netip.Addr]podChains
}

type podChains struct {
	// The chains for packets to the pod and from it.
	to, from *generictables.Chain
}

// settings are Felix's defaults as far as the chains of pods depend on them. The bits of the mark are arbitrary.
func settings() rules.Config {
	return rules.Config{
		IPSetConfigV4: ipsets.NewIPVersionConfig(ipsets.IPFamilyV4, ipsets.IPSetNamePrefix, nil, nil),
		IPSetConfigV6: ipsets.NewIPVersionConfig(ipsets.IPFamilyV6, ipsets.IPSetNamePrefix, nil, nil),
		MarkAccept:    1 << 0,
		MarkPass:      1 << 1,
		MarkDrop:      1 << 2,
		MarkScratch0:  1 << 3,
		MarkScratch1:  1 << 4,
		MarkEndpoint:  0xff00,
		VXLANPort:     4789,
	}
}

// render makes the chains with Calico's own renderer, with matches that can be evaluated instead of printed.
func render(state *State) *Host {
	renderer := rules.NewRenderer(settings()).(*rules.DefaultRuleRenderer)
	sets := readSets(state, renderer)
	renderer.NewMatch = func() generictables.MatchCriteria { return match{sets: sets} }
	renderer.CombineMatches = combine
	host := &Host{tables: map[uint8]table{4: {}, 6: {}}, pods: map[netip.Addr]podChains{}}
	for version, chains := range host.tables {
		for _, policy := range state.policies {
			id := types.ProtoToPolicyID(policy.Id)
			chains.add(renderer.PolicyToIptablesChains(&id, policy.Policy, version)...)
		}
		for _, profile := range state.profiles {
			id := types.ProtoToProfileID(profile.Id)
			chains.add(renderer.ProfileToIptablesChains(&id, profile.Profile, version))
		}
	}
	for _, endpoint := range state.endpoints {
		chains := renderer.WorkloadEndpointToIptablesChains(endpoint.Name, nil, true, tierGroups(endpoint.Tiers), endpoint.ProfileIds, nil)
		pod := podChains{to: withPrefix(chains, rules.WorkloadToEndpointPfx), from: withPrefix(chains, rules.WorkloadFromEndpointPfx)}
		for _, network := range append(endpoint.Ipv4Nets, endpoint.Ipv6Nets...) {
			host.pods[netip.MustParsePrefix(network).Addr()] = pod
		}
	}
	return host
}

func withPrefix(chains []*generictables.Chain, prefix string) *generictables.Chain {
	for _, chain := range chains {
		if strings.HasPrefix(chain.Name, prefix) {
			return chain
		}
	}
	panic("no chain " + prefix)
}

// tierGroups puts every policy into a group of its own. Felix groups neighbours with the same selector to save jumps;
// the renderer inlines groups of one, so that the order and the end of the tier stay the same.
func tierGroups(tiers []*proto.TierInfo) []rules.TierPolicyGroups {
	groups := make([]rules.TierPolicyGroups, 0, len(tiers))
	for _, tier := range tiers {
		groups = append(groups, rules.TierPolicyGroups{
			Name:            tier.Name,
			DefaultAction:   tier.DefaultAction,
			IngressPolicies: policyGroups(tier.Name, tier.IngressPolicies, rules.PolicyDirectionInbound),
			EgressPolicies:  policyGroups(tier.Name, tier.EgressPolicies, rules.PolicyDirectionOutbound),
		})
	}
	return groups
}

func policyGroups(tier string, names []string, direction rules.PolicyDirection) []*rules.PolicyGroup {
	groups := make([]*rules.PolicyGroup, 0, len(names))
	for _, name := range names {
		groups = append(groups, &rules.PolicyGroup{Tier: tier, Direction: direction, PolicyNames: []string{name}})
	}
	return groups
}
