// Command kube-network-policies answers, with the policy engine of kubernetes-sigs/kube-network-policies, which
// packets a set of Kubernetes objects lets through.
//
// It reads one JSON request after another from standard input and writes one JSON line for each to standard output.
// A request it cannot answer in full gets an error and no verdicts: a wrong answer would be worse than none.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"cdk8s-intents.test/engines/kube-network-policies/engine"
)

// Request is a cluster and the packets to judge in it.
type Request struct {
	// Objects are Kubernetes manifests: Namespace, Pod, Node, NetworkPolicy, ClusterNetworkPolicy,
	// AdminNetworkPolicy, BaselineAdminNetworkPolicy.
	Objects []json.RawMessage `json:"objects"`
	Packets []engine.Packet   `json:"packets"`
}

// Response answers one request: verdicts in the order of its packets, or an error.
type Response struct {
	Verdicts []engine.Verdict `json:"verdicts,omitempty"`
	Error    string           `json:"error,omitempty"`
}

func main() {
	engine.KeepEmptyLists = os.Getenv("KEEP_EMPTY_LISTS") != ""
	if err := serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "kube-network-policies:", err)
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
		if err := encoder.Encode(answer(request)); err != nil {
			return fmt.Errorf("writing an answer: %w", err)
		}
	}
}

func answer(request Request) Response {
	cluster, err := engine.ReadCluster(request.Objects)
	if err != nil {
		return Response{Error: err.Error()}
	}
	judge := engine.NewJudge(cluster)
	verdicts := make([]engine.Verdict, 0, len(request.Packets))
	for index, packet := range request.Packets {
		verdict, err := judge.Verdict(packet)
		if err != nil {
			return Response{Error: fmt.Sprintf("packet %d: %v", index, err)}
		}
		verdicts = append(verdicts, verdict)
	}
	return Response{Verdicts: verdicts}
}
