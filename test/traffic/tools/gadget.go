package main

import (
	"encoding/json"
	"os"

	ebpftypes "github.com/inspektor-gadget/inspektor-gadget/pkg/operators/ebpf/types"
	eventtypes "github.com/inspektor-gadget/inspektor-gadget/pkg/types"
)

// What the integration tests of the gadgets read from -o json: gadgets/trace_tcp and trace_dns, test/integration, with
// the ends of pkg/testing/utils/types.go, which are written here again as that package links half of Docker.
type k8s struct {
	Kind      string `json:"kind"`
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	Labels    string `json:"labels"`
}

type l4Endpoint struct {
	Addr    string `json:"addr"`
	Version uint8  `json:"version"`
	Port    uint16 `json:"port"`
	Proto   string `json:"proto"`
	K8s     k8s    `json:"k8s"`
}

type l3Endpoint struct {
	Addr    string `json:"addr"`
	Version uint8  `json:"version"`
}

type tcpEvent struct {
	eventtypes.CommonData

	Timestamp string            `json:"timestamp"`
	Proc      ebpftypes.Process `json:"proc"`
	NetNsID   uint64            `json:"netns_id"`

	Src      l4Endpoint `json:"src"`
	Dst      l4Endpoint `json:"dst"`
	Type     string     `json:"type"`
	Error    string     `json:"error"`
	Fd       int        `json:"fd"`
	AcceptFd int        `json:"accept_fd"`
}

type dnsEvent struct {
	eventtypes.CommonData

	Timestamp string            `json:"timestamp"`
	NetNsID   uint64            `json:"netns_id"`
	Proc      ebpftypes.Process `json:"proc"`

	Src        l4Endpoint `json:"src"`
	Dst        l4Endpoint `json:"dst"`
	Nameserver l3Endpoint `json:"nameserver"`

	ID        string `json:"id"`
	Qtype     string `json:"qtype"`
	QtypeRaw  uint16 `json:"qtype_raw"`
	PktType   string `json:"pkt_type"`
	RcodeRaw  uint16 `json:"rcode_raw"`
	Rcode     string `json:"rcode"`
	Latency   uint64 `json:"latency_ns_raw"`
	QrRaw     bool   `json:"qr_raw"`
	Qr        string `json:"qr"`
	Name      string `json:"name"`
	Addresses string `json:"addresses"`
}

func gadget() error {
	pod := k8s{Kind: "pod", Name: "frontend-6d5f7c9b8-x2x4z", Namespace: "shop", Labels: "app=frontend"}
	service := k8s{Kind: "svc", Name: "cart", Namespace: "shop", Labels: "app=cart"}
	client := l4Endpoint{Addr: "10.244.1.5", Version: 4, Port: 45678, Proto: "TCP", K8s: pod}
	server := l4Endpoint{Addr: "10.96.0.20", Version: 4, Port: 7070, Proto: "TCP", K8s: service}
	asking := l4Endpoint{Addr: "10.244.1.5", Version: 4, Port: 40000, Proto: "UDP", K8s: pod}
	names := l4Endpoint{Addr: "10.96.0.10", Version: 4, Port: 53, Proto: "UDP"}
	at := moment.Format("2006-01-02T15:04:05.000000000Z07:00")
	tcp := func(kind, failure string, src, dst l4Endpoint) tcpEvent {
		return tcpEvent{CommonData: common(), Timestamp: at, NetNsID: 4026532580, Type: kind, Error: failure, Src: src, Dst: dst}
	}
	question := dnsEvent{
		CommonData: common(), Timestamp: at, Src: asking, Dst: names, Nameserver: l3Endpoint{Addr: "10.96.0.10", Version: 4},
		ID: "1a2b", Qtype: "A", QtypeRaw: 1, PktType: "OUTGOING", Qr: "Q", Name: "api.stripe.com.",
	}
	reply := question
	reply.Src, reply.Dst = names, asking
	reply.PktType, reply.Qr, reply.QrRaw, reply.Rcode, reply.Addresses = "HOST", "R", true, "Success", "54.187.174.169,54.187.205.235"
	encoder := json.NewEncoder(os.Stdout)
	for _, event := range []any{
		tcp("connect", "", client, server), tcp("connect", "ETIMEDOUT", client, server),
		tcp("accept", "", client, server), tcp("close", "", client, server), question, reply,
	} {
		if err := encoder.Encode(event); err != nil {
			return err
		}
	}
	return nil
}

func common() eventtypes.CommonData {
	return eventtypes.CommonData{
		Runtime: eventtypes.BasicRuntimeMetadata{RuntimeName: "containerd", ContainerName: "server"},
		K8s: eventtypes.K8sMetadata{
			Node: "kind-worker",
			BasicK8sMetadata: eventtypes.BasicK8sMetadata{
				Namespace: "shop", PodName: "frontend-6d5f7c9b8-x2x4z", ContainerName: "server",
			},
		},
	}
}
