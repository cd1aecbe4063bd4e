// Command calico answers, with Calico's own code, which packets a set of Kubernetes and Calico objects lets through,
// and what Calico's API server would say against an object.
//
// It reads one JSON request after another from standard input and writes one JSON line for each to standard output.
// A request it cannot answer in full gets an error and no verdicts.
//
// What is Calico's (v3.31.0): decoding, defaulting and validation of objects, conversion of Kubernetes objects,
// the calculation graph that turns all of it into policies, profiles and IP sets for each endpoint, and the renderer
// that turns those into iptables chains. What is ours: what the kernel does with the chains, see netfilter.go.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/sirupsen/logrus"

	"cdk8s-intents.test/engines/calico/cluster"
	"github.com/projectcalico/calico/libcalico-go/lib/selector"
)

// Request is a cluster with packets to judge in it, or a list of objects to validate, or a list of selectors to parse.
type Request struct {
	// Objects are manifests: Namespace, Pod, ServiceAccount, EndpointSlice, NetworkPolicy, AdminNetworkPolicy,
	// BaselineAdminNetworkPolicy and the kinds of projectcalico.org/v3 that cluster/admission.go lists.
	Objects []json.RawMessage `json:"objects"`
	Packets []Packet          `json:"packets"`
	// Validate are objects of projectcalico.org/v3.
	Validate []json.RawMessage `json:"validate"`
	// Selectors are texts in Calico's selector language.
	Selectors []string `json:"selectors"`
}

// Packet is the first packet of a connection, after Service addresses have been replaced by those of pods.
type Packet struct {
	// From and To are addresses; one that no pod has is outside the cluster, or on another node than the other end.
	From string `json:"from"`
	To   string `json:"to"`
	// Protocol is the IP protocol number.
	Protocol uint8 `json:"protocol"`
	// Port is the destination port; for ICMP and ICMPv6, type * 256 + code.
	Port uint16 `json:"port"`
	// SourcePort is 61000 when absent.
	SourcePort uint16 `json:"sourcePort"`
}

// Verdict says what each end's policies do with a packet; it passes when both say "allow".
type Verdict struct {
	Egress  string `json:"egress"`
	Ingress string `json:"ingress"`
}

// Response answers one request: verdicts in the order of its packets, or problems in the order of its objects to
// validate (no problem is the empty string), or selectors in their canonical form (null for one that does not parse),
// or an error.
type Response struct {
	Verdicts  []Verdict `json:"verdicts,omitempty"`
	Problems  []string  `json:"problems,omitempty"`
	Canonical []*string `json:"canonical,omitempty"`
	Error     string    `json:"error,omitempty"`
}

func main() {
	logrus.SetLevel(logrus.ErrorLevel)
	if err := serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "calico:", err)
		os.Exit(1)
	}
}

func serve(in io.Reader, out io.Writer) error {
	decoder := json.NewDecoder(bufio.NewReaderSize(in, 1<<20))
	decoder.DisallowUnknownFields()
	encoder := json.NewEncoder(out)
	for {
		var request Request
		if err := decoder.Decode(&request); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("reading a request: %w", err)
		}
		response, err := answer(request)
		if err != nil {
			response = Response{Error: err.Error()}
		}
		if err := encoder.Encode(response); err != nil {
			return fmt.Errorf("writing an answer: %w", err)
		}
	}
}

func answer(request Request) (Response, error) {
	if request.Validate != nil {
		return Response{Problems: cluster.Validate(request.Validate)}, nil
	}
	if request.Selectors != nil {
		return Response{Canonical: canonical(request.Selectors)}, nil
	}
	objects, refusals := cluster.Read(request.Objects)
	for _, refusal := range refusals {
		object := request.Objects[refusal.Index]
		return Response{}, fmt.Errorf("object %d: %s: %w", refusal.Index, object, refusal.Err)
	}
	state, err := calculate(objects)
	if err != nil {
		return Response{}, err
	}
	host := render(state)
	verdicts := make([]Verdict, 0, len(request.Packets))
	for index, packet := range request.Packets {
		verdict, err := host.verdict(packet)
		if err != nil {
			return Response{}, fmt.Errorf("packet %d: %w", index, err)
		}
		verdicts = append(verdicts, verdict)
	}
	return Response{Verdicts: verdicts}, nil
}

func canonical(texts []string) []*string {
	result := make([]*string, len(texts))
	for index, text := range texts {
		if parsed, err := selector.Parse(text); err == nil {
			printed := parsed.String()
			result[index] = &printed
		}
	}
	return result
}
