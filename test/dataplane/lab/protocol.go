// Package lab is a cluster of one node made of network namespaces, with a protocol on standard input and output to ask
// for clusters and to send packets in them: ../protocol.ts has its words. What becomes of the packets is the business
// of an Engine.
package lab

import "encoding/json"

// Request is what a line of standard input says; the fields that matter depend on Op.
type Request struct {
	Op         string            `json:"op"`
	Objects    []json.RawMessage `json:"objects"`
	Outside    []string          `json:"outside"`
	Probes     []Probe           `json:"probes"`
	Probe      Probe             `json:"probe"`
	Connection int               `json:"connection"`
	Speaker    string            `json:"speaker"`
}

// Probe is one packet of a new connection.
type Probe struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Protocol int    `json:"protocol"`
	// Port is the destination port; for ICMP and ICMPv6, type * 256 + code.
	Port int `json:"port"`
}

// Result is what became of a probe.
type Result struct {
	Verdict    string `json:"verdict"`
	SeenFrom   string `json:"seenFrom,omitempty"`
	AnsweredBy string `json:"answeredBy,omitempty"`
	Reason     string `json:"reason,omitempty"`
}

const (
	allow  = "allow"
	deny   = "deny"
	failed = "error"
)

// Refusal is an object that the engine's validation refuses.
type Refusal struct {
	Index  int    `json:"index"`
	Reason string `json:"reason"`
}

// Pod is what the network needs to know of a pod.
type Pod struct {
	Namespace, Name string
	Addresses       []string
	HostNetwork     bool
}

// Engine decides about packets. Serve calls it from one goroutine only.
type Engine interface {
	// Name is the engine with its version and data plane.
	Name() string
	// Start is called once, in the node's network namespace, with forwarding on.
	Start(*Lab) error
	// Validate says what the engine has against an object; empty when nothing.
	Validate(object json.RawMessage) string
	// Admit reads a whole cluster and changes nothing.
	Admit(objects []json.RawMessage) (state any, refusals []Refusal)
	// Enforce makes an admitted cluster hold, and returns when packets obey it. Its pods' interfaces are there.
	Enforce(state any) error
	// HostInterface is the name of the node's end of a pod's link.
	HostInterface(namespace, pod string) string
	// ProgramsRoutes says whether the engine makes the node's routes to pods.
	ProgramsRoutes() bool
	// Canaries are pods of the engine's own, for its barrier.
	Canaries() []Pod
}

// Judge is an engine that can also answer without packets, for the cluster that it enforces.
type Judge interface {
	Judge(probes []Probe) ([]Result, error)
}

// FlowLogger is an engine that writes down what it lets through and what it denies.
type FlowLogger interface {
	// FlowLog gives the lines since the last time, in words of its own.
	FlowLog() []string
}
