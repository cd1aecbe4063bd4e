package main

import (
	"encoding/json"
	"fmt"
	"time"

	"golang.org/x/sys/unix"

	"cdk8s-intents.test/dataplane/lab"
)

// canary is a pod with a policy that lets one port through, another one after each change: when a packet to the new
// port arrives, everything that the data plane was told before is in force. Its tier comes before all others and selects
// nothing else.
type canary struct{ turns int }

var canaryPod = lab.Pod{Namespace: "lab-canary", Name: "canary", Addresses: []string{"100.127.255.253", "fd00:feed::253"}}

const (
	canaryTier      = "lab-canary"
	firstCanaryPort = 20000
)

func (c *canary) turn() { c.turns++ }

// port comes round soon: each has a socket that listens.
func (c *canary) port() int { return firstCanaryPort + c.turns%3 }

func (c *canary) objects() []json.RawMessage {
	texts := []string{
		`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"lab-canary"}}`,
		`{"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"lab-canary","name":"canary","labels":{"lab-canary":"canary"}},
			"spec":{"containers":[{"name":"canary","image":"canary"}]},
			"status":{"phase":"Running","podIPs":[{"ip":"100.127.255.253"},{"ip":"fd00:feed::253"}]}}`,
		`{"apiVersion":"projectcalico.org/v3","kind":"Tier","metadata":{"name":"lab-canary"},"spec":{"order":-1000000000}}`,
		fmt.Sprintf(`{"apiVersion":"projectcalico.org/v3","kind":"GlobalNetworkPolicy","metadata":{"name":"lab-canary.song"},
			"spec":{"tier":"lab-canary","selector":"lab-canary == 'canary'","types":["Ingress"],"ingress":[
				{"action":"Allow","protocol":"TCP","destination":{"ports":[%d]}},{"action":"Deny"}]}}`, c.port()),
	}
	objects := make([]json.RawMessage, len(texts))
	for index, text := range texts {
		objects[index] = json.RawMessage(text)
	}
	return objects
}

// sings waits until packets of both families arrive at the canary's present port.
func (c *canary) sings(l *lab.Lab, deadline time.Time) error {
	for _, ends := range [][2]string{
		{lab.OutsideCanary4.String(), canaryPod.Addresses[0]},
		{lab.OutsideCanary6.String(), canaryPod.Addresses[1]},
	} {
		probe := lab.Probe{From: ends[0], To: ends[1], Protocol: unix.IPPROTO_TCP, Port: c.port()}
		for {
			result, err := l.Probe(probe)
			if err != nil {
				return err
			}
			if result.Verdict == "allow" {
				break
			}
			if time.Now().After(deadline) {
				return fmt.Errorf("the canary does not sing: %s (%s)", result.Verdict, result.Reason)
			}
			time.Sleep(2 * time.Millisecond)
		}
	}
	return nil
}
