package main

import (
	"encoding/json"
	"fmt"
	"time"

	"golang.org/x/sys/unix"

	"cdk8s-intents.test/dataplane/lab"
)

// canary is a pod with a policy that lets one port through, another one after each change: when a packet to the new
// port arrives, and none to another, everything that the data plane was told before is in force. The other port matters:
// while Felix makes its tables anew after an error, every packet passes. Its tier comes before all others and selects
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

// silentPort is one that the policy denies now.
func (c *canary) silentPort() int { return firstCanaryPort + (c.turns+1)%3 }

// sings waits until packets of both families arrive at the canary's present port, and at no other.
func (c *canary) sings(l *lab.Lab, deadline time.Time) error {
	for _, ends := range [][2]string{
		{lab.OutsideCanary4.String(), canaryPod.Addresses[0]},
		{lab.OutsideCanary6.String(), canaryPod.Addresses[1]},
	} {
		for {
			said, err := c.listen(l, ends[0], ends[1])
			if err != nil {
				return err
			}
			if said == "" {
				break
			}
			if time.Now().After(deadline) {
				return fmt.Errorf("the canary does not sing: %s", said)
			}
			time.Sleep(2 * time.Millisecond)
		}
	}
	return nil
}

// listen says what is wrong with the canary's ports; empty when nothing.
func (c *canary) listen(l *lab.Lab, from, to string) (string, error) {
	for port, wanted := range map[int]string{c.port(): "allow", c.silentPort(): "deny"} {
		result, err := l.Probe(lab.Probe{From: from, To: to, Protocol: unix.IPPROTO_TCP, Port: port})
		if err != nil {
			return "", err
		}
		if result.Verdict != wanted {
			return fmt.Sprintf("port %d: %s (%s)", port, result.Verdict, result.Reason), nil
		}
	}
	return "", nil
}
