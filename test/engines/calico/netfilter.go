package main

import (
	"fmt"
	"net/netip"

	"github.com/projectcalico/calico/felix/generictables"
	"github.com/projectcalico/calico/felix/iptables"
)

// Below is what the kernel does with the chains: go through the rules in order, carry a mark along, follow jumps.

// table holds chains by name.
type table map[string]*generictables.Chain

func (t table) add(chains ...*generictables.Chain) {
	for _, chain := range chains {
		t[chain.Name] = chain
	}
}

// flow is a packet on its way through the chains: the first of its connection, so conntrack calls it NEW.
type flow struct {
	from, to           netip.Addr
	protocol           uint8
	sourcePort, port   uint16
	icmpType, icmpCode uint8
	mark               uint32
}

type outcome int

const (
	// undecided is the end of a chain: go on after the jump.
	undecided outcome = iota
	accepted
	dropped
)

func (t table) run(chain *generictables.Chain, packet *flow) outcome {
	for _, rule := range chain.Rules {
		if rule.Match != nil && !rule.Match.(match).matches(packet) {
			continue
		}
		switch action := rule.Action.(type) {
		case nil, iptables.LogAction, iptables.NflogAction:
		case iptables.AcceptAction:
			return accepted
		case iptables.DropAction, iptables.RejectAction:
			return dropped
		case iptables.ReturnAction:
			return undecided
		case iptables.SetMarkAction:
			packet.mark |= action.Mark
		case iptables.ClearMarkAction:
			packet.mark &^= action.Mark
		case iptables.SetMaskedMarkAction:
			packet.mark = packet.mark&^action.Mask | action.Mark
		case iptables.JumpAction:
			if result := t.run(t.chain(action.Target), packet); result != undecided {
				return result
			}
		default:
			panic(fmt.Sprintf("a rule does %T, which this program does not know", action))
		}
	}
	return undecided
}

func (t table) chain(name string) *generictables.Chain {
	chain, found := t[name]
	if !found {
		panic("there is no chain " + name)
	}
	return chain
}

// verdict sends the packet out of the pod it comes from and into the pod it goes to. An address without a pod has no
// chains here, and both ways are open. A pod that speaks with itself is judged like any other pair.
func (h *Host) verdict(packet Packet) (Verdict, error) {
	from, err := netip.ParseAddr(packet.From)
	if err != nil {
		return Verdict{}, err
	}
	to, err := netip.ParseAddr(packet.To)
	if err != nil {
		return Verdict{}, err
	}
	if from.Is4() != to.Is4() {
		return Verdict{}, fmt.Errorf("%s and %s are not addresses of one family", from, to)
	}
	chains := h.tables[6]
	if from.Is4() {
		chains = h.tables[4]
	}
	packetFlow := flow{from: from, to: to, protocol: packet.Protocol, sourcePort: packet.SourcePort, port: packet.Port}
	if packetFlow.sourcePort == 0 {
		packetFlow.sourcePort = 61000
	}
	packetFlow.icmpType, packetFlow.icmpCode = uint8(packet.Port>>8), uint8(packet.Port)
	return Verdict{
		Egress:  chains.pass(h.pods[from].from, packetFlow),
		Ingress: chains.pass(h.pods[to].to, packetFlow),
	}, nil
}

// pass runs one end's chain. Felix lets a packet pass by setting a mark and returning.
func (t table) pass(chain *generictables.Chain, packet flow) string {
	if chain == nil {
		return "allow"
	}
	result := t.run(chain, &packet)
	if result == accepted || (result == undecided && packet.mark&settings().MarkAccept != 0) {
		return "allow"
	}
	if result == dropped {
		return "deny"
	}
	panic("chain " + chain.Name + " ends without a verdict")
}
