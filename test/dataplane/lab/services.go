package lab

import (
	"fmt"
	"net/netip"
	"os/exec"
	"strings"

	"golang.org/x/sys/unix"
)

// serviceKey finds a port of a Service by what a client sends to.
type serviceKey struct {
	address  netip.Addr
	protocol int
	port     int
}

var numbers = map[string]int{"tcp": unix.IPPROTO_TCP, "udp": unix.IPPROTO_UDP, "sctp": protocolSCTP}

// forwardServices does the part of kube-proxy that policies depend on: the destination becomes an endpoint's before any
// policy sees the packet. A Service without endpoints refuses.
func (l *Lab) forwardServices(services []forward) error {
	hadSome := len(l.services) > 0
	l.services = map[serviceKey][]netip.AddrPort{}
	if len(services) == 0 && !hadSome {
		return nil
	}
	var rules strings.Builder
	for _, one := range services {
		l.services[serviceKey{one.address, numbers[one.protocol], one.port}] = one.to
		if len(one.to) > 0 {
			rules.WriteString(one.rule())
		}
	}
	text := fmt.Sprintf(`table inet lab-services
delete table inet lab-services
table inet lab-services {
  chain services {
%s  }
  chain prerouting { type nat hook prerouting priority dstnat; jump services; }
  chain output { type nat hook output priority -100; jump services; }
}
`, rules.String())
	command := exec.Command("nft", "-f", "-")
	command.Stdin = strings.NewReader(text)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("nft: %w: %s", err, output)
	}
	return nil
}

func (f forward) rule() string {
	family := "ip"
	if f.address.Is6() {
		family = "ip6"
	}
	choices := make([]string, len(f.to))
	for index, end := range f.to {
		choices[index] = fmt.Sprintf("%d : %s . %d", index, end.Addr(), end.Port())
	}
	return fmt.Sprintf("    %s daddr %s %s dport %d dnat %s to numgen random mod %d map { %s }\n",
		family, f.address, f.protocol, f.port, family, len(f.to), strings.Join(choices, ", "))
}
