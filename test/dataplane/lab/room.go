package lab

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"time"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// room is a network namespace in which packets begin and end: the node's, the outside's, a pod's.
type room struct {
	name      string
	handle    netns.NsHandle
	hostIface string
	addresses []netip.Addr
}

var (
	// podGateway is where pods send everything, as with Calico's CNI plugin; the node's end never answers for it,
	// so its hardware address is written down.
	podGateway4 = netip.MustParseAddr("169.254.1.1")
	podGateway6 = netip.MustParseAddr("fe80::1")
	hostMAC     = net.HardwareAddr{0xee, 0xee, 0xee, 0xee, 0xee, 0xee}
	roomMAC     = net.HardwareAddr{0x02, 0x00, 0x00, 0x00, 0x00, 0x02}
)

// prepare sets what every namespace needs; it runs inside of one.
func prepare() error {
	for path, value := range map[string]string{
		"net/ipv6/conf/all/disable_ipv6":      "0",
		"net/ipv6/conf/default/accept_dad":    "0",
		"net/ipv6/conf/default/dad_transmits": "0",
		"net/ipv6/conf/default/accept_ra":     "0",
		"net/ipv6/conf/all/accept_ra":         "0",
		// A REJECT is to be answered at once, however many there are.
		"net/ipv4/icmp_ratelimit":   "0",
		"net/ipv6/icmp/ratelimit":   "0",
		"net/ipv4/ip_nonlocal_bind": "0",
	} {
		if err := sysctl(path, value); err != nil {
			return err
		}
	}
	// Newer kernels have one for each namespace; where it is the machine's, a namespace does not see it.
	_ = sysctl("net/ipv4/icmp_msgs_per_sec", "1000000")
	_ = sysctl("net/ipv4/icmp_msgs_burst", "1000000")
	loopback, err := netlink.LinkByName("lo")
	if err != nil {
		return err
	}
	return netlink.LinkSetUp(loopback)
}

// forwardPackets makes a router of the namespace it runs in.
func forwardPackets() error {
	return errors.Join(sysctl("net/ipv4/ip_forward", "1"), sysctl("net/ipv6/conf/all/forwarding", "1"))
}

func sysctl(path, value string) error {
	return os.WriteFile("/proc/sys/"+path, []byte(value), 0o644)
}

// link makes a pair of interfaces between the node, in whose namespace it runs, and a room.
func link(hostIface string, to netns.NsHandle) error {
	attributes := netlink.NewLinkAttrs()
	attributes.Name = hostIface
	attributes.HardwareAddr = hostMAC
	veth := &netlink.Veth{
		LinkAttrs:        attributes,
		PeerName:         "eth0",
		PeerHardwareAddr: roomMAC,
		PeerNamespace:    netlink.NsFd(int(to)),
	}
	if err := netlink.LinkAdd(veth); err != nil {
		return fmt.Errorf("making the link %s: %w", hostIface, err)
	}
	return netlink.LinkSetUp(veth)
}

// furnish gives the room it runs in its routes; addresses come later.
func furnish() error {
	eth0, err := netlink.LinkByName("eth0")
	if err != nil {
		return err
	}
	return netlink.LinkSetUp(eth0)
}

// settle gives the room it runs in exactly these addresses, on one of its interfaces, and waits until packets to each
// are taken in.
func settle(device string, addresses []netip.Addr) error {
	iface, err := netlink.LinkByName(device)
	if err != nil {
		return err
	}
	present, err := netlink.AddrList(iface, netlink.FAMILY_ALL)
	if err != nil {
		return err
	}
	wanted := map[string]netip.Addr{}
	for _, address := range addresses {
		wanted[prefixOf(address).String()] = address
	}
	for _, one := range present {
		if _, keep := wanted[one.IPNet.String()]; keep {
			delete(wanted, one.IPNet.String())
		} else if !one.IP.IsLinkLocalUnicast() && !one.IP.IsLoopback() {
			if err := netlink.AddrDel(iface, &one); err != nil {
				return err
			}
		}
	}
	for _, address := range wanted {
		err := netlink.AddrAdd(iface, &netlink.Addr{IPNet: prefixOf(address), Flags: unix.IFA_F_NODAD})
		if err != nil {
			return fmt.Errorf("adding %s: %w", address, err)
		}
	}
	for _, address := range wanted {
		if err := wait(func() (bool, error) { return takesIn(address) }); err != nil {
			return fmt.Errorf("%s is not taken in: %w", address, err)
		}
	}
	return nil
}

// takesIn says whether the kernel delivers packets to an address. Of IPv6 it puts the address up at once, and the route
// to itself some time later, by a worker of its own: until then packets vanish.
func takesIn(address netip.Addr) (bool, error) {
	routes, err := netlink.RouteGet(address.AsSlice())
	if errors.Is(err, unix.ENETUNREACH) || errors.Is(err, unix.EHOSTUNREACH) {
		return false, nil
	}
	return len(routes) > 0 && routes[0].Type == unix.RTN_LOCAL, err
}

// carries waits until an interface of the namespace it runs in passes packets on: the kernel drops them before.
func carries(name string) error {
	err := wait(func() (bool, error) {
		iface, err := netlink.LinkByName(name)
		return err == nil && iface.Attrs().OperState == netlink.OperUp, err
	})
	if err != nil {
		return fmt.Errorf("%s does not come up: %w", name, err)
	}
	return nil
}

// wait asks again and again, for patience at most.
func wait(done func() (bool, error)) error {
	for deadline := time.Now().Add(patience); ; {
		if is, err := done(); is || err != nil {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("not within %s", patience)
		}
		time.Sleep(100 * time.Microsecond)
	}
}

// wayOut makes everything go through the gateway on eth0.
func wayOut(gateways ...netip.Addr) error {
	eth0, err := netlink.LinkByName("eth0")
	if err != nil {
		return err
	}
	for _, gateway := range gateways {
		// A room that loses its last address of a family loses the neighbours of that family as well.
		if err := neighbour(eth0, gateway, hostMAC); err != nil {
			return err
		}
		route := &netlink.Route{
			LinkIndex: eth0.Attrs().Index, Dst: everything(gateway), Gw: gateway.AsSlice(), Flags: int(netlink.FLAG_ONLINK),
		}
		if err := netlink.RouteReplace(route); err != nil {
			return fmt.Errorf("routing through %s: %w", gateway, err)
		}
	}
	return nil
}

func neighbour(link netlink.Link, address netip.Addr, mac net.HardwareAddr) error {
	return netlink.NeighSet(&netlink.Neigh{
		LinkIndex: link.Attrs().Index, State: netlink.NUD_PERMANENT, IP: address.AsSlice(), HardwareAddr: mac,
	})
}

func prefixOf(address netip.Addr) *net.IPNet {
	return &net.IPNet{IP: address.AsSlice(), Mask: net.CIDRMask(address.BitLen(), address.BitLen())}
}

func everything(family netip.Addr) *net.IPNet {
	if family.Is4() {
		return &net.IPNet{IP: net.IPv4zero.To4(), Mask: net.CIDRMask(0, 32)}
	}
	return &net.IPNet{IP: net.IPv6zero, Mask: net.CIDRMask(0, 128)}
}
