package main

import (
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/vishvananda/netlink"

	"github.com/projectcalico/calico/felix/proto"
	"github.com/projectcalico/calico/felix/types"
)

// endpoints compares what the data plane was told of pods with what it says it has done.
type endpoints struct {
	lock   sync.Mutex
	wanted map[types.WorkloadEndpointID]*proto.WorkloadEndpoint
	status map[types.WorkloadEndpointID]string
}

func newEndpoints() *endpoints {
	return &endpoints{
		wanted: map[types.WorkloadEndpointID]*proto.WorkloadEndpoint{},
		status: map[types.WorkloadEndpointID]string{},
	}
}

// note looks at a message to the data plane or from it.
func (e *endpoints) note(message any) {
	e.lock.Lock()
	defer e.lock.Unlock()
	switch message := message.(type) {
	case *proto.WorkloadEndpointUpdate:
		e.wanted[types.ProtoToWorkloadEndpointID(message.Id)] = message.Endpoint
	case *proto.WorkloadEndpointRemove:
		delete(e.wanted, types.ProtoToWorkloadEndpointID(message.Id))
	case *proto.WorkloadEndpointStatusUpdate:
		e.status[types.ProtoToWorkloadEndpointID(message.Id)] = message.Status.Status
	case *proto.WorkloadEndpointStatusRemove:
		delete(e.status, types.ProtoToWorkloadEndpointID(message.Id))
	}
}

// up waits until every endpoint is up and has its routes.
func (e *endpoints) up(deadline time.Time) error {
	for {
		missing, err := e.missing()
		if err != nil || missing == "" {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s in time", missing)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func (e *endpoints) missing() (string, error) {
	e.lock.Lock()
	defer e.lock.Unlock()
	for id := range e.wanted {
		if e.status[id] != "up" {
			return fmt.Sprintf("endpoint %s is %q, not up", id.WorkloadId, e.status[id]), nil
		}
	}
	present, err := routes()
	if err != nil {
		return "", err
	}
	for id, endpoint := range e.wanted {
		for _, network := range append(append([]string{}, endpoint.Ipv4Nets...), endpoint.Ipv6Nets...) {
			if present[network] != endpoint.Name {
				return fmt.Sprintf("endpoint %s has no route to %s", id.WorkloadId, network), nil
			}
		}
	}
	return "", nil
}

// routes are the interfaces by network.
func routes() (map[string]string, error) {
	links, err := netlink.LinkList()
	if err != nil {
		return nil, err
	}
	names := map[int]string{}
	for _, link := range links {
		names[link.Attrs().Index] = link.Attrs().Name
	}
	list, err := netlink.RouteList(nil, netlink.FAMILY_ALL)
	if err != nil {
		return nil, err
	}
	present := map[string]string{}
	for _, route := range list {
		if route.Dst != nil && route.Gw == nil {
			present[(&net.IPNet{IP: route.Dst.IP, Mask: route.Dst.Mask}).String()] = names[route.LinkIndex]
		}
	}
	return present, nil
}
