package main

import (
	"fmt"
	"os/exec"
	"strings"
)

// The rules that the project's own data plane writes with nftables, in the words of iptables, because not every kernel
// has nftables' queue expression. Two things differ, neither of which decides anything: packets are queued where they
// are forwarded, sent or received and not after routing, since only there can a refused packet be answered; and all
// packets are queued, not only those of pods that a policy selects, as the engine lets the others pass.
const queueRules = `*mangle
-A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
%[1]s-A FORWARD -j NFQUEUE --queue-num %[3]d
-A OUTPUT -o lo -j ACCEPT
-A OUTPUT -m owner --uid-owner 0 -j ACCEPT
-A OUTPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
%[2]s-A OUTPUT -j NFQUEUE --queue-num %[3]d
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate NEW -j NFQUEUE --queue-num %[3]d
COMMIT
*filter
`

// refusal answers what the engine has denied, so that its sender need not wait for a timeout.
const refusal = `-A %[1]s -m mark --mark %[2]d -p tcp -j REJECT --reject-with tcp-reset
-A %[1]s -m mark --mark %[2]d -j REJECT --reject-with %[3]s
`

// neighbourDiscovery lets through the messages without which IPv6 has no neighbours: types 133 to 137.
func neighbourDiscovery(chain string) string {
	var rules strings.Builder
	for kind := 133; kind <= 137; kind++ {
		fmt.Fprintf(&rules, "-A %s -p icmpv6 --icmpv6-type %d -j ACCEPT\n", chain, kind)
	}
	return rules.String()
}

// installRules queues packets of both families, in the network namespace of the calling thread.
func installRules() error {
	four := ruleset("", "", "icmp-admin-prohibited")
	six := ruleset(neighbourDiscovery("FORWARD"), neighbourDiscovery("OUTPUT"), "icmp6-adm-prohibited")
	if err := restore("iptables-restore", four); err != nil {
		return err
	}
	return restore("ip6tables-restore", six)
}

func ruleset(forwardFirst, outputFirst, word string) string {
	text := fmt.Sprintf(queueRules, forwardFirst, outputFirst, queueNumber)
	for _, chain := range []string{"FORWARD", "OUTPUT", "INPUT"} {
		text += fmt.Sprintf(refusal, chain, deniedMark, word)
	}
	return text + "COMMIT\n"
}

func restore(program, rules string) error {
	command := exec.Command(program)
	command.Stdin = strings.NewReader(rules)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s\n%s", program, err, output, rules)
	}
	return nil
}
