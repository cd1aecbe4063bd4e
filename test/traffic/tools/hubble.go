package main

import (
	"encoding/json"
	"os"

	"github.com/cilium/cilium/api/v1/flow"
	"github.com/cilium/cilium/api/v1/observer"
	"google.golang.org/protobuf/types/known/timestamppb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// hubbleJSON writes as hubble observe -o json: its printer encodes the flow (JSONLegacyOutput, hubble/pkg/printer).
func hubbleJSON() error {
	return encoded(func(one *flow.Flow) any { return one })
}

// hubbleJSONPB writes as hubble observe -o jsonpb: the whole response.
func hubbleJSONPB() error {
	return encoded(func(one *flow.Flow) any {
		return &observer.GetFlowsResponse{
			ResponseTypes: &observer.GetFlowsResponse_Flow{Flow: one}, NodeName: "kind-worker", Time: one.Time,
		}
	})
}

func encoded(wrap func(*flow.Flow) any) error {
	encoder := json.NewEncoder(os.Stdout)
	for _, one := range flows() {
		if err := encoder.Encode(wrap(one)); err != nil {
			return err
		}
	}
	return nil
}

// hubbleExporter writes as Hubble's exporter does: the JSON of an ExportEvent a line.
func hubbleExporter() error {
	encoder := json.NewEncoder(os.Stdout)
	at := timestamppb.New(moment)
	for _, one := range flows() {
		event := &observer.ExportEvent{
			ResponseTypes: &observer.ExportEvent_Flow{Flow: one}, NodeName: "kind-worker", Time: at,
		}
		if err := encoder.Encode(event); err != nil {
			return err
		}
	}
	lost := &flow.LostEvent{
		Source: flow.LostEventSource_PERF_EVENT_RING_BUFFER, NumEventsLost: 7, Cpu: wrapperspb.Int32(1),
	}
	return encoder.Encode(&observer.ExportEvent{
		ResponseTypes: &observer.ExportEvent_LostEvents{LostEvents: lost}, NodeName: "kind-worker", Time: at,
	})
}

var (
	frontend = &flow.Endpoint{
		ID: 1, Identity: 40001, ClusterName: "kind", Namespace: "shop", PodName: "frontend-6d5f7c9b8-x2x4z",
		Labels:    []string{"k8s:app=frontend", "k8s:io.kubernetes.pod.namespace=shop"},
		Workloads: []*flow.Workload{{Name: "frontend", Kind: "Deployment"}},
	}
	cart = &flow.Endpoint{
		ID: 2, Identity: 40002, ClusterName: "kind", Namespace: "shop", PodName: "cart-7d8f9c6b5-abcde",
		Labels:    []string{"k8s:app=cart", "k8s:io.kubernetes.pod.namespace=shop"},
		Workloads: []*flow.Workload{{Name: "cart", Kind: "Deployment"}},
	}
	world = &flow.Endpoint{Identity: 2, Labels: []string{"reserved:world"}}
	node  = &flow.Endpoint{Identity: 1, Labels: []string{"reserved:host"}}
)

// flows are a call and its reply, one that a policy denies, a call outside with the name that DNS gave, the answer of
// DNS, and a probe of the node.
func flows() []*flow.Flow {
	call := between(frontend, "10.244.1.5", 45678, cart, "10.244.2.7", 7070, &flow.TCPFlags{SYN: true}, false)
	call.DestinationService = &flow.Service{Name: "cart", Namespace: "shop"}
	reply := between(cart, "10.244.2.7", 7070, frontend, "10.244.1.5", 45678, &flow.TCPFlags{SYN: true, ACK: true}, true)
	denied := between(cart, "10.244.2.7", 45679, frontend, "10.244.1.5", 8080, &flow.TCPFlags{SYN: true}, false)
	denied.Verdict = flow.Verdict_DROPPED
	denied.DropReason = 133
	denied.DropReasonDesc = flow.DropReason_POLICY_DENIED
	denied.TraceObservationPoint = flow.TraceObservationPoint_UNKNOWN_POINT
	outside := between(frontend, "10.244.1.5", 45680, world, "54.187.174.169", 443, &flow.TCPFlags{SYN: true}, false)
	outside.DestinationNames = []string{"api.stripe.com"}
	probe := between(node, "192.0.2.10", 45681, frontend, "10.244.1.5", 8080, &flow.TCPFlags{SYN: true}, false)
	probe.TrafficDirection = flow.TrafficDirection_INGRESS
	return []*flow.Flow{call, reply, denied, outside, answer(), probe}
}

func between(
	source *flow.Endpoint, from string, fromPort uint32, destination *flow.Endpoint, to string, toPort uint32,
	flags *flow.TCPFlags, reply bool,
) *flow.Flow {
	return &flow.Flow{
		Time:    timestamppb.New(moment),
		Uuid:    "c2b0a3f4-0000-4000-8000-000000000001",
		Verdict: flow.Verdict_FORWARDED,
		Ethernet: &flow.Ethernet{
			Source: "0a:00:00:00:00:01", Destination: "0a:00:00:00:00:02",
		},
		IP: &flow.IP{Source: from, Destination: to, IpVersion: flow.IPVersion_IPv4},
		L4: &flow.Layer4{Protocol: &flow.Layer4_TCP{TCP: &flow.TCP{
			SourcePort: fromPort, DestinationPort: toPort, Flags: flags,
		}}},
		Source: source, Destination: destination, Type: flow.FlowType_L3_L4, NodeName: "kind-worker",
		EventType:             &flow.CiliumEventType{Type: 4, SubType: 3},
		TrafficDirection:      flow.TrafficDirection_EGRESS,
		TraceObservationPoint: flow.TraceObservationPoint_TO_STACK,
		IsReply:               wrapperspb.Bool(reply), Summary: "TCP Flags: SYN",
	}
}

func answer() *flow.Flow {
	one := between(world, "10.96.0.10", 53, frontend, "10.244.1.5", 40000, nil, true)
	one.L4 = &flow.Layer4{Protocol: &flow.Layer4_UDP{UDP: &flow.UDP{SourcePort: 53, DestinationPort: 40000}}}
	one.Type = flow.FlowType_L7
	one.L7 = &flow.Layer7{Type: flow.L7FlowType_RESPONSE, LatencyNs: 1000, Record: &flow.Layer7_Dns{Dns: &flow.DNS{
		Query: "api.stripe.com.", Ips: []string{"54.187.174.169", "2600:1f18::1"}, Ttl: 60,
		ObservationSource: "proxy", Qtypes: []string{"A"}, Rrtypes: []string{"A"},
	}}}
	return one
}
