package main

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/projectcalico/calico/felix/proto"
	"github.com/projectcalico/calico/felix/rules"
)

// ipSets are the node's sets by the names that rules use.
type ipSets map[string]*ipSet

// ipSet is a set of addresses, of blocks, or of an address with a protocol and a port.
type ipSet struct {
	addresses map[netip.Addr]bool
	blocks    []netip.Prefix
	ports     map[portMember]bool
}

type portMember struct {
	address  netip.Addr
	protocol uint8
	port     uint16
}

func readSets(state *State, renderer *rules.DefaultRuleRenderer) ipSets {
	sets := ipSets{}
	for id, update := range state.sets {
		set := &ipSet{addresses: map[netip.Addr]bool{}, ports: map[portMember]bool{}}
		for _, member := range update.Members {
			set.add(update.Type, member)
		}
		// Members of the other family cannot match a packet, so one set serves both.
		sets[renderer.IPSetConfigV4.NameForMainIPSet(id)] = set
		sets[renderer.IPSetConfigV6.NameForMainIPSet(id)] = set
	}
	return sets
}

func (s ipSets) named(name string) *ipSet {
	set, found := s[name]
	if !found {
		panic("there is no IP set " + name)
	}
	return set
}

func (s *ipSet) add(kind proto.IPSetUpdate_IPSetType, member string) {
	switch kind {
	case proto.IPSetUpdate_IP:
		s.addresses[netip.MustParseAddr(member)] = true
	case proto.IPSetUpdate_NET:
		s.addBlock(member)
	case proto.IPSetUpdate_IP_AND_PORT:
		s.ports[parsePortMember(member)] = true
	default:
		panic("there is no kind of IP set " + kind.String())
	}
}

func (s *ipSet) addBlock(member string) {
	if address, err := netip.ParseAddr(member); err == nil {
		s.addresses[address] = true
		return
	}
	block := netip.MustParsePrefix(member)
	if block.IsSingleIP() {
		s.addresses[block.Addr()] = true
	} else {
		s.blocks = append(s.blocks, block)
	}
}

// parsePortMember reads `10.0.0.1,tcp:80`.
func parsePortMember(member string) portMember {
	address, rest, _ := strings.Cut(member, ",")
	protocol, text, _ := strings.Cut(rest, ":")
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		panic("unreadable member " + member + " of an IP set")
	}
	return portMember{address: netip.MustParseAddr(address), protocol: protocolNumber(protocol), port: uint16(port)}
}

func (s *ipSet) contains(address netip.Addr) bool {
	if s.addresses[address] {
		return true
	}
	for _, block := range s.blocks {
		if block.Contains(address) {
			return true
		}
	}
	return false
}

func (s *ipSet) containsPort(address netip.Addr, protocol uint8, port uint16) bool {
	return s.ports[portMember{address: address, protocol: protocol, port: port}]
}
