package main

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/projectcalico/calico/felix/generictables"
	"github.com/projectcalico/calico/felix/proto"
)

const (
	icmp   = 1
	icmpv6 = 58
)

// match is the condition of a rule, which holds when all its tests do. It stands in for the type of Calico's that
// prints iptables arguments. A criterion that pods' chains do not use has no method here, and calling it panics.
type match struct {
	generictables.MatchCriteria
	sets  ipSets
	tests []func(*flow) bool
}

func (m match) matches(packet *flow) bool {
	for _, test := range m.tests {
		if !test(packet) {
			return false
		}
	}
	return true
}

// and never shares its list with m: the renderer builds several matches on one.
func (m match) and(test func(*flow) bool) match {
	m.tests = append(slices.Clip(m.tests), test)
	return m
}

func combine(a, b generictables.MatchCriteria) generictables.MatchCriteria {
	first, second := a.(match), b.(match)
	first.tests = slices.Concat(first.tests, second.tests)
	return first
}

func (m match) MarkClear(mark uint32) generictables.MatchCriteria {
	return m.and(func(p *flow) bool { return p.mark&mark == 0 })
}

func (m match) MarkNotClear(mark uint32) generictables.MatchCriteria {
	return m.and(func(p *flow) bool { return p.mark&mark != 0 })
}

func (m match) MarkSingleBitSet(mark uint32) generictables.MatchCriteria {
	return m.MarkMatchesWithMask(mark, mark)
}

func (m match) MarkMatchesWithMask(mark, mask uint32) generictables.MatchCriteria {
	return m.and(func(p *flow) bool { return p.mark&mask == mark })
}

func (m match) ConntrackState(states string) generictables.MatchCriteria {
	matched := slices.Contains(strings.Split(states, ","), "NEW")
	return m.and(func(*flow) bool { return matched })
}

func (m match) ProtocolNum(number uint8) generictables.MatchCriteria {
	return m.and(func(p *flow) bool { return p.protocol == number })
}

func (m match) NotProtocolNum(number uint8) generictables.MatchCriteria {
	return m.and(func(p *flow) bool { return p.protocol != number })
}

func (m match) Protocol(name string) generictables.MatchCriteria {
	return m.ProtocolNum(protocolNumber(name))
}

func (m match) NotProtocol(name string) generictables.MatchCriteria {
	return m.NotProtocolNum(protocolNumber(name))
}

func protocolNumber(name string) uint8 {
	switch strings.ToLower(name) {
	case "icmp":
		return icmp
	case "icmpv6", "ipv6-icmp":
		return icmpv6
	case "tcp":
		return 6
	case "udp":
		return 17
	case "sctp":
		return 132
	case "udplite":
		return 136
	default:
		panic("there is no protocol " + name)
	}
}

func (m match) SourceNet(network string) generictables.MatchCriteria {
	block := netip.MustParsePrefix(network)
	return m.and(func(p *flow) bool { return block.Contains(p.from) })
}

func (m match) NotSourceNet(network string) generictables.MatchCriteria {
	block := netip.MustParsePrefix(network)
	return m.and(func(p *flow) bool { return !block.Contains(p.from) })
}

func (m match) DestNet(network string) generictables.MatchCriteria {
	block := netip.MustParsePrefix(network)
	return m.and(func(p *flow) bool { return block.Contains(p.to) })
}

func (m match) NotDestNet(network string) generictables.MatchCriteria {
	block := netip.MustParsePrefix(network)
	return m.and(func(p *flow) bool { return !block.Contains(p.to) })
}

func (m match) SourceIPSet(name string) generictables.MatchCriteria {
	set := m.sets.named(name)
	return m.and(func(p *flow) bool { return set.contains(p.from) })
}

func (m match) NotSourceIPSet(name string) generictables.MatchCriteria {
	set := m.sets.named(name)
	return m.and(func(p *flow) bool { return !set.contains(p.from) })
}

func (m match) DestIPSet(name string) generictables.MatchCriteria {
	set := m.sets.named(name)
	return m.and(func(p *flow) bool { return set.contains(p.to) })
}

func (m match) NotDestIPSet(name string) generictables.MatchCriteria {
	set := m.sets.named(name)
	return m.and(func(p *flow) bool { return !set.contains(p.to) })
}

func (m match) SourceIPPortSet(name string) generictables.MatchCriteria {
	set := m.sets.named(name)
	return m.and(func(p *flow) bool { return set.containsPort(p.from, p.protocol, p.sourcePort) })
}

func (m match) NotSourceIPPortSet(name string) generictables.MatchCriteria {
	set := m.sets.named(name)
	return m.and(func(p *flow) bool { return !set.containsPort(p.from, p.protocol, p.sourcePort) })
}

func (m match) DestIPPortSet(name string) generictables.MatchCriteria {
	set := m.sets.named(name)
	return m.and(func(p *flow) bool { return set.containsPort(p.to, p.protocol, p.port) })
}

func (m match) NotDestIPPortSet(name string) generictables.MatchCriteria {
	set := m.sets.named(name)
	return m.and(func(p *flow) bool { return !set.containsPort(p.to, p.protocol, p.port) })
}

func (m match) SourcePortRanges(ranges []*proto.PortRange) generictables.MatchCriteria {
	return m.and(func(p *flow) bool { return p.hasPorts() && within(ranges, p.sourcePort) })
}

func (m match) NotSourcePortRanges(ranges []*proto.PortRange) generictables.MatchCriteria {
	return m.and(func(p *flow) bool { return p.hasPorts() && !within(ranges, p.sourcePort) })
}

func (m match) DestPortRanges(ranges []*proto.PortRange) generictables.MatchCriteria {
	return m.and(func(p *flow) bool { return p.hasPorts() && within(ranges, p.port) })
}

func (m match) NotDestPortRanges(ranges []*proto.PortRange) generictables.MatchCriteria {
	return m.and(func(p *flow) bool { return p.hasPorts() && !within(ranges, p.port) })
}

func (m match) DestPorts(ports ...uint16) generictables.MatchCriteria {
	return m.and(func(p *flow) bool { return p.hasPorts() && slices.Contains(ports, p.port) })
}

func within(ranges []*proto.PortRange, port uint16) bool {
	return slices.ContainsFunc(ranges, func(r *proto.PortRange) bool { return r.First <= int32(port) && int32(port) <= r.Last })
}

// hasPorts: the multiport match of the kernel takes these protocols and no others.
func (p *flow) hasPorts() bool {
	switch p.protocol {
	case 6, 17, 132, 136:
		return true
	default:
		return false
	}
}

func (m match) ICMPType(kind uint8) generictables.MatchCriteria {
	return m.and(func(p *flow) bool { return p.protocol == icmp && p.icmpType == kind })
}

func (m match) NotICMPType(kind uint8) generictables.MatchCriteria {
	return m.and(func(p *flow) bool { return p.protocol == icmp && p.icmpType != kind })
}

func (m match) ICMPTypeAndCode(kind, code uint8) generictables.MatchCriteria {
	return m.and(func(p *flow) bool { return p.protocol == icmp && p.icmpType == kind && p.icmpCode == code })
}

func (m match) NotICMPTypeAndCode(kind, code uint8) generictables.MatchCriteria {
	return m.and(func(p *flow) bool { return p.protocol == icmp && (p.icmpType != kind || p.icmpCode != code) })
}

func (m match) ICMPV6Type(kind uint8) generictables.MatchCriteria {
	return m.and(func(p *flow) bool { return p.protocol == icmpv6 && p.icmpType == kind })
}

func (m match) NotICMPV6Type(kind uint8) generictables.MatchCriteria {
	return m.and(func(p *flow) bool { return p.protocol == icmpv6 && p.icmpType != kind })
}

func (m match) ICMPV6TypeAndCode(kind, code uint8) generictables.MatchCriteria {
	return m.and(func(p *flow) bool { return p.protocol == icmpv6 && p.icmpType == kind && p.icmpCode == code })
}

func (m match) NotICMPV6TypeAndCode(kind, code uint8) generictables.MatchCriteria {
	return m.and(func(p *flow) bool { return p.protocol == icmpv6 && (p.icmpType != kind || p.icmpCode != code) })
}
