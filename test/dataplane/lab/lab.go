package lab

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

const (
	outsideIface = "out0"
	// keptRooms is how many pods' namespaces may lie idle until a cluster wants them again.
	keptRooms = 300
)

var (
	// OutsideCanary4 and OutsideCanary6 are addresses that the outside always has, for an engine's barrier.
	OutsideCanary4 = netip.MustParseAddr("100.127.255.254")
	OutsideCanary6 = netip.MustParseAddr("fd00:feed::254")
)

// Lab is a node, an outside and pods.
type Lab struct {
	engine     Engine
	travellers *travellers
	node       *room
	outside    *room
	// pods are by the name of the node's end of their link; they outlive the clusters that want them.
	pods map[string]*room
	// owners are the rooms of the addresses of the present cluster.
	owners      map[netip.Addr]*room
	services    map[serviceKey][]netip.AddrPort
	listeners   map[listenKey]func()
	arrivals    *arrivals
	connections *connections
	recorder    *recorder
}

func start(engine Engine) (*Lab, error) {
	raiseFileLimit()
	here, err := netns.Get()
	if err != nil {
		return nil, err
	}
	l := &Lab{
		engine:      engine,
		travellers:  newTravellers(24),
		node:        &room{name: "node", handle: here},
		pods:        map[string]*room{},
		owners:      map[netip.Addr]*room{},
		services:    map[serviceKey][]netip.AddrPort{},
		listeners:   map[listenKey]func(){},
		arrivals:    newArrivals(),
		connections: newConnections(),
	}
	if err := l.travellers.do(here, prepare); err != nil {
		return nil, err
	}
	if err := l.travellers.do(here, forwardPackets); err != nil {
		return nil, err
	}
	if l.outside, err = l.newRoom("outside", outsideIface); err != nil {
		return nil, err
	}
	if err := l.travellers.do(l.outside.handle, func() error { return wayOut(podGateway4, podGateway6) }); err != nil {
		return nil, err
	}
	if err := l.travellers.do(here, openNode); err != nil {
		return nil, err
	}
	for _, canary := range engine.Canaries() {
		if err := l.ensurePod(canary); err != nil {
			return nil, err
		}
	}
	return l, l.arrange(&world{node: defaultNode})
}

// openNode sends everything that is nowhere else to the outside.
func openNode() error {
	out, err := netlink.LinkByName(outsideIface)
	if err != nil {
		return err
	}
	for _, gateway := range []netip.Addr{netip.MustParseAddr("169.254.1.2"), netip.MustParseAddr("fe80::2")} {
		if err := neighbour(out, gateway, roomMAC); err != nil {
			return err
		}
		route := &netlink.Route{
			LinkIndex: out.Attrs().Index, Dst: everything(gateway), Gw: gateway.AsSlice(), Flags: int(netlink.FLAG_ONLINK),
		}
		if err := netlink.RouteReplace(route); err != nil {
			return fmt.Errorf("routing to the outside: %w", err)
		}
	}
	return nil
}

func (l *Lab) newRoom(name, hostIface string) (*room, error) {
	handle, err := newNamespace()
	if err != nil {
		return nil, err
	}
	made := &room{name: name, handle: handle, hostIface: hostIface}
	for _, step := range []journey{
		{to: handle, do: prepare},
		{to: l.node.handle, do: func() error { return link(hostIface, handle) }},
		{to: handle, do: furnish},
		{to: handle, do: func() error { return carries("eth0") }},
		{to: l.node.handle, do: func() error { return carries(hostIface) }},
	} {
		if err := l.travellers.do(step.to, step.do); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return made, nil
}

// arrange makes the network that the cluster needs.
func (l *Lab) arrange(w *world) error {
	canaries := l.engine.Canaries()
	wanted := map[string]bool{}
	for _, pod := range slices.Concat(canaries, w.pods) {
		if !pod.HostNetwork {
			wanted[l.engine.HostInterface(pod.Namespace, pod.Name)] = true
		}
	}
	if err := l.clear(wanted); err != nil {
		return err
	}
	l.owners = map[netip.Addr]*room{}
	for _, pod := range slices.Concat(canaries, w.pods) {
		if pod.HostNetwork {
			continue
		}
		if err := l.ensurePod(pod); err != nil {
			return fmt.Errorf("pod %s/%s: %w", pod.Namespace, pod.Name, err)
		}
	}
	outside := append(slices.Clone(w.outside), OutsideCanary4, OutsideCanary6)
	if err := l.give(l.outside, "lo", outside); err != nil {
		return err
	}
	if err := l.give(l.node, outsideIface, w.node); err != nil {
		return err
	}
	return l.forwardServices(w.services)
}

// clear forgets pods that the next cluster does not have, and takes the network of idle ones down when there are many.
func (l *Lab) clear(wanted map[string]bool) error {
	tooMany := len(l.pods) > keptRooms
	for name, one := range l.pods {
		if wanted[name] {
			continue
		}
		if !l.engine.ProgramsRoutes() {
			if err := l.route(one, netlink.RouteDel); err != nil {
				return err
			}
		}
		if tooMany {
			if err := l.demolish(one); err != nil {
				return err
			}
		} else if err := l.give(one, "eth0", nil); err != nil {
			return err
		}
	}
	return nil
}

func (l *Lab) demolish(one *room) error {
	l.closeListeners(one)
	delete(l.pods, one.hostIface)
	err := l.travellers.do(l.node.handle, func() error {
		iface, err := netlink.LinkByName(one.hostIface)
		if err != nil {
			return err
		}
		return netlink.LinkDel(iface)
	})
	if err != nil {
		return err
	}
	return one.handle.Close()
}

func (l *Lab) ensurePod(pod Pod) error {
	name := l.engine.HostInterface(pod.Namespace, pod.Name)
	one, found := l.pods[name]
	if !found {
		var err error
		if one, err = l.newRoom(pod.Namespace+"/"+pod.Name, name); err != nil {
			return err
		}
		l.pods[name] = one
	}
	var addresses []netip.Addr
	if err := parseInto(&addresses, pod.Addresses); err != nil {
		return err
	}
	if l.engine.ProgramsRoutes() {
		return l.give(one, "eth0", addresses)
	}
	if !slices.Equal(one.addresses, addresses) {
		if err := l.route(one, netlink.RouteDel); err != nil {
			return err
		}
	}
	if err := l.give(one, "eth0", addresses); err != nil {
		return err
	}
	return l.route(one, netlink.RouteReplace)
}

// give settles a room's addresses, and remembers whose they are.
func (l *Lab) give(to *room, device string, addresses []netip.Addr) error {
	for _, address := range addresses {
		l.owners[address] = to
	}
	if slices.Equal(to.addresses, addresses) {
		return nil
	}
	l.closeListeners(to)
	to.addresses = slices.Clone(addresses)
	if err := l.travellers.do(to.handle, func() error { return settle(device, addresses) }); err != nil {
		return fmt.Errorf("addresses of %s: %w", to.name, err)
	}
	if to == l.node || to == l.outside {
		return nil
	}
	if err := l.travellers.do(to.handle, func() error { return wayOut(gatewaysFor(addresses)...) }); err != nil {
		return err
	}
	return l.travellers.do(l.node.handle, func() error { return introduce(to) })
}

func gatewaysFor(addresses []netip.Addr) []netip.Addr {
	var gateways []netip.Addr
	if slices.ContainsFunc(addresses, netip.Addr.Is4) {
		gateways = append(gateways, podGateway4)
	}
	if slices.ContainsFunc(addresses, netip.Addr.Is6) {
		gateways = append(gateways, podGateway6)
	}
	return gateways
}

// introduce writes down the hardware address of a pod at the node, so that no probe waits for its discovery.
func introduce(to *room) error {
	iface, err := netlink.LinkByName(to.hostIface)
	if err != nil {
		return err
	}
	for _, address := range to.addresses {
		if err := neighbour(iface, address, roomMAC); err != nil {
			return err
		}
	}
	return nil
}

func (l *Lab) route(one *room, change func(*netlink.Route) error) error {
	return l.travellers.do(l.node.handle, func() error {
		iface, err := netlink.LinkByName(one.hostIface)
		if err != nil {
			return err
		}
		for _, address := range one.addresses {
			route := &netlink.Route{LinkIndex: iface.Attrs().Index, Dst: prefixOf(address), Scope: netlink.SCOPE_LINK}
			if err := change(route); err != nil {
				return fmt.Errorf("route to %s: %w", address, err)
			}
		}
		return nil
	})
}

func (l *Lab) stop() {
	l.closeConnections()
	if l.recorder != nil {
		l.recorder.stop()
	}
	l.travellers.stop()
}

func raiseFileLimit() {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &limit) == nil {
		limit.Cur = limit.Max
		_ = unix.Setrlimit(unix.RLIMIT_NOFILE, &limit)
	}
}
