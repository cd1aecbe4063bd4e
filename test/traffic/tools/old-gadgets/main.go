// Command old-gadgets writes events by the types of Inspektor Gadget v0.30, the last version with built-in gadgets
// (kubectl gadget trace tcp, trace dns, trace network, and advise network-policy monitor, which writes the latter). What
// is put in is ours, the JSON is theirs.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	dns "github.com/inspektor-gadget/inspektor-gadget/pkg/gadgets/trace/dns/types"
	network "github.com/inspektor-gadget/inspektor-gadget/pkg/gadgets/trace/network/types"
	tcp "github.com/inspektor-gadget/inspektor-gadget/pkg/gadgets/trace/tcp/types"
	"github.com/inspektor-gadget/inspektor-gadget/pkg/types"
)

var moment = types.Time(time.Date(2026, 1, 31, 12, 0, 0, 123456789, time.UTC).UnixNano())

func main() {
	encoder := json.NewEncoder(os.Stdout)
	for _, one := range events() {
		if err := encoder.Encode(one); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func events() []any {
	frontend := types.L3Endpoint{
		Addr: "10.244.1.5", Version: 4, Namespace: "shop", Name: "frontend-6d5f7c9b8-x2x4z",
		Kind: types.EndpointKindPod, PodLabels: map[string]string{"app": "frontend"},
	}
	cart := types.L3Endpoint{
		Addr: "10.244.2.7", Version: 4, Namespace: "shop", Name: "cart-7d8f9c6b5-abcde",
		Kind: types.EndpointKindPod, PodLabels: map[string]string{"app": "cart"},
	}
	service := types.L3Endpoint{
		Addr: "10.96.0.20", Version: 4, Namespace: "shop", Name: "cart", Kind: types.EndpointKindService,
	}
	client := types.L4Endpoint{L3Endpoint: frontend, Port: 45678, Proto: 6}
	connect := tcp.Event{Event: event(), Operation: "connect", IPVersion: 4, Comm: "server", SrcEndpoint: client,
		DstEndpoint: types.L4Endpoint{L3Endpoint: service, Port: 7070, Proto: 6}}
	accept := tcp.Event{Event: event(), Operation: "accept", IPVersion: 4, Comm: "server",
		SrcEndpoint: types.L4Endpoint{L3Endpoint: frontend, Port: 8080, Proto: 6},
		DstEndpoint: types.L4Endpoint{L3Endpoint: cart, Port: 45679, Proto: 6}}
	end := connect
	end.Operation = "close"
	out := network.Event{Event: event(), PktType: "OUTGOING", Proto: "TCP", Port: 7070, PodIP: "10.244.1.5",
		PodHostIP: "192.0.2.10", PodOwner: "frontend", PodLabels: map[string]string{"app": "frontend"}, DstEndpoint: cart}
	in := out
	in.PktType, in.Port = "HOST", 8080
	answer := dns.Event{Event: event(), ID: "1a2b", Qr: dns.DNSPktTypeResponse, Nameserver: "10.96.0.10", PktType: "HOST",
		QType: "A", DNSName: "api.stripe.com.", Rcode: "NoError", NumAnswers: 1, Addresses: []string{"54.187.174.169"}}
	return []any{connect, accept, end, out, in, answer}
}

func event() types.Event {
	return types.Event{
		Type: types.NORMAL, Timestamp: moment,
		CommonData: types.CommonData{K8s: types.K8sMetadata{
			Node: "kind-worker",
			BasicK8sMetadata: types.BasicK8sMetadata{
				Namespace: "shop", PodName: "frontend-6d5f7c9b8-x2x4z", ContainerName: "server",
			},
		}},
	}
}
