package main

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"cdk8s-intents.test/dataplane/lab"
	"cdk8s-intents.test/engines/kube-network-policies/engine"
	"sigs.k8s.io/kube-network-policies/pkg/networkpolicy"
)

// Engine enforces the Kubernetes policies of a cluster with the engine of kube-network-policies, put together as its
// own program does: one engine for both directions, ClusterNetworkPolicy, AdminNetworkPolicy and
// BaselineAdminNetworkPolicy around NetworkPolicy.
type Engine struct {
	queue    *Queue
	policies *networkpolicy.PolicyEngine
}

var (
	_ lab.Engine = (*Engine)(nil)
	_ lab.Judge  = (*Engine)(nil)
)

// Name is the engine with its version and data plane.
func (e *Engine) Name() string { return "kube-network-policies v1.1.1 (iptables NFQUEUE)" }

// Start installs the rules and begins to answer the kernel.
func (e *Engine) Start(*lab.Lab) error {
	queue, err := openQueue(context.Background())
	if err != nil {
		return err
	}
	e.queue = queue
	return installRules()
}

// besidePolicies are kinds that a cluster has and that decide nothing here.
var besidePolicies = map[string]bool{
	"v1 ServiceAccount":                 true,
	"v1 Service":                        true,
	"discovery.k8s.io/v1 EndpointSlice": true,
	"projectcalico.org/v3 IPPool":       true,
}

func decides(object json.RawMessage) bool {
	var meta struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
	}
	return json.Unmarshal(object, &meta) != nil || !besidePolicies[meta.APIVersion+" "+meta.Kind]
}

// Validate says why the API server, or this program, does not take an object.
func (e *Engine) Validate(object json.RawMessage) string {
	if !decides(object) {
		return ""
	}
	if _, err := engine.ReadCluster([]json.RawMessage{object}); err != nil {
		return err.Error()
	}
	return ""
}

// Admit reads a cluster.
func (e *Engine) Admit(objects []json.RawMessage) (any, []lab.Refusal) {
	var deciding []json.RawMessage
	var refusals []lab.Refusal
	for index, object := range objects {
		if problem := e.Validate(object); problem != "" {
			refusals = append(refusals, lab.Refusal{Index: index, Reason: problem})
		} else if decides(object) {
			deciding = append(deciding, object)
		}
	}
	if len(refusals) > 0 {
		return nil, refusals
	}
	cluster, err := engine.ReadCluster(deciding)
	if err != nil {
		return nil, []lab.Refusal{{Reason: err.Error()}}
	}
	return engine.NewPolicyEngine(cluster), nil
}

// Enforce answers every later packet by the new cluster; between two requests no packet is under way.
func (e *Engine) Enforce(state any) error {
	policies, ok := state.(*networkpolicy.PolicyEngine)
	if !ok {
		return fmt.Errorf("%T is no policy engine", state)
	}
	e.policies = policies
	e.queue.use(policies)
	return e.queue.err()
}

// Judge asks the engine itself, which knows nothing of what the rules in front of the queue let through.
func (e *Engine) Judge(probes []lab.Probe) ([]lab.Result, error) {
	results := make([]lab.Result, 0, len(probes))
	for _, probe := range probes {
		packet, err := engine.PacketOf(engine.Packet{
			From: probe.From, To: probe.To, Protocol: uint8(probe.Protocol), Port: uint16(probe.Port),
		})
		if err != nil {
			return nil, err
		}
		allowed, err := e.policies.EvaluatePacket(context.Background(), packet)
		if err != nil {
			return nil, err
		}
		if allowed {
			results = append(results, lab.Result{Verdict: "allow"})
		} else {
			results = append(results, lab.Result{Verdict: "deny"})
		}
	}
	return results, nil
}

// HostInterface is a name that fits the kernel's fifteen letters.
func (e *Engine) HostInterface(namespace, pod string) string {
	sum := sha1.Sum([]byte(namespace + "/" + pod))
	return "veth" + hex.EncodeToString(sum[:])[:11]
}

// ProgramsRoutes leaves routes to the network plugin, which here is the lab.
func (e *Engine) ProgramsRoutes() bool { return false }

// Canaries are not needed: the engine obeys from one packet to the next.
func (e *Engine) Canaries() []lab.Pod { return nil }
