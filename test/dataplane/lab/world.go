package lab

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
)

// world is what the network needs to know of a cluster.
type world struct {
	pods     []Pod
	node     []netip.Addr
	outside  []netip.Addr
	services []forward
}

// forward is one port of a Service, and where its packets go.
type forward struct {
	address  netip.Addr
	protocol string
	port     int
	to       []netip.AddrPort
}

type object struct {
	Kind     string `json:"kind"`
	Metadata struct {
		Name      string            `json:"name"`
		Namespace string            `json:"namespace"`
		Labels    map[string]string `json:"labels"`
	} `json:"metadata"`
	Spec struct {
		HostNetwork bool          `json:"hostNetwork"`
		ClusterIP   string        `json:"clusterIP"`
		ClusterIPs  []string      `json:"clusterIPs"`
		Ports       []servicePort `json:"ports"`
	} `json:"spec"`
	Status struct {
		Phase  string `json:"phase"`
		PodIP  string `json:"podIP"`
		PodIPs []struct {
			IP string `json:"ip"`
		} `json:"podIPs"`
		Addresses []struct {
			Type    string `json:"type"`
			Address string `json:"address"`
		} `json:"addresses"`
	} `json:"status"`
}

type servicePort struct {
	Name     string `json:"name"`
	Port     int    `json:"port"`
	Protocol string `json:"protocol"`
}

// slice is an EndpointSlice: its fields stand beside its metadata.
type slice struct {
	Kind     string `json:"kind"`
	Metadata struct {
		Namespace string            `json:"namespace"`
		Labels    map[string]string `json:"labels"`
	} `json:"metadata"`
	Endpoints []struct {
		Addresses []string `json:"addresses"`
	} `json:"endpoints"`
	Ports []servicePort `json:"ports"`
}

var defaultNode = []netip.Addr{netip.MustParseAddr("192.168.100.1"), netip.MustParseAddr("fd00:100::1")}

func readWorld(raw []json.RawMessage, outside []string) (*world, error) {
	w := &world{}
	var services []object
	var slices []slice
	for index, text := range raw {
		var meta struct {
			Kind string `json:"kind"`
		}
		if err := json.Unmarshal(text, &meta); err != nil {
			return nil, fmt.Errorf("object %d: %w", index, err)
		}
		var err error
		switch meta.Kind {
		case "Pod":
			err = w.addPod(text)
		case "Node":
			err = w.addNode(text)
		case "Service":
			services, err = appended(services, text)
		case "EndpointSlice":
			slices, err = appended(slices, text)
		}
		if err != nil {
			return nil, fmt.Errorf("object %d: %w", index, err)
		}
	}
	if w.node == nil {
		w.node = defaultNode
	}
	if err := parseInto(&w.outside, outside); err != nil {
		return nil, err
	}
	if err := w.addServices(services, slices); err != nil {
		return nil, err
	}
	return w, w.checkAddresses()
}

func appended[T any](list []T, text json.RawMessage) ([]T, error) {
	var value T
	err := json.Unmarshal(text, &value)
	return append(list, value), err
}

func (w *world) addPod(text json.RawMessage) error {
	var pod object
	if err := json.Unmarshal(text, &pod); err != nil {
		return err
	}
	if pod.Status.Phase == "Succeeded" || pod.Status.Phase == "Failed" {
		return nil
	}
	addresses := []string{}
	for _, one := range pod.Status.PodIPs {
		addresses = append(addresses, one.IP)
	}
	if len(addresses) == 0 && pod.Status.PodIP != "" {
		addresses = append(addresses, pod.Status.PodIP)
	}
	if len(addresses) == 0 {
		return fmt.Errorf("pod %s has no address", pod.Metadata.Name)
	}
	namespace := pod.Metadata.Namespace
	if namespace == "" {
		namespace = "default"
	}
	w.pods = append(w.pods, Pod{
		Namespace: namespace, Name: pod.Metadata.Name, Addresses: addresses, HostNetwork: pod.Spec.HostNetwork,
	})
	return nil
}

func (w *world) addNode(text json.RawMessage) error {
	if w.node != nil {
		return fmt.Errorf("this network has one node")
	}
	var node object
	if err := json.Unmarshal(text, &node); err != nil {
		return err
	}
	addresses := []string{}
	for _, one := range node.Status.Addresses {
		if one.Type == "InternalIP" || one.Type == "ExternalIP" {
			addresses = append(addresses, one.Address)
		}
	}
	return parseInto(&w.node, addresses)
}

// addServices does what kube-proxy does with EndpointSlices: ports meet by name.
func (w *world) addServices(services []object, slices []slice) error {
	for _, service := range services {
		addresses := service.Spec.ClusterIPs
		if len(addresses) == 0 && service.Spec.ClusterIP != "" {
			addresses = []string{service.Spec.ClusterIP}
		}
		for _, text := range addresses {
			if text == "None" {
				continue
			}
			address, err := netip.ParseAddr(text)
			if err != nil {
				return err
			}
			for _, port := range service.Spec.Ports {
				to, err := targets(service, port, address, slices)
				if err != nil {
					return err
				}
				w.services = append(w.services, forward{address, protocolName(port.Protocol), port.Port, to})
			}
		}
	}
	return nil
}

func targets(service object, port servicePort, address netip.Addr, slices []slice) ([]netip.AddrPort, error) {
	var found []netip.AddrPort
	for _, slice := range slices {
		if slice.Metadata.Namespace != service.Metadata.Namespace ||
			slice.Metadata.Labels["kubernetes.io/service-name"] != service.Metadata.Name {
			continue
		}
		for _, one := range slice.Ports {
			if one.Name != port.Name || protocolName(one.Protocol) != protocolName(port.Protocol) {
				continue
			}
			for _, endpoint := range slice.Endpoints {
				for _, text := range endpoint.Addresses {
					end, err := netip.ParseAddr(text)
					if err != nil {
						return nil, err
					}
					if end.Is4() == address.Is4() {
						found = append(found, netip.AddrPortFrom(end, uint16(one.Port)))
					}
				}
			}
		}
	}
	return found, nil
}

func protocolName(name string) string {
	switch name {
	case "UDP":
		return "udp"
	case "SCTP":
		return "sctp"
	default:
		return "tcp"
	}
}

func parseInto(list *[]netip.Addr, texts []string) error {
	for _, text := range texts {
		address, err := netip.ParseAddr(text)
		if err != nil {
			return err
		}
		if !slices.Contains(*list, address) {
			*list = append(*list, address)
		}
	}
	return nil
}

// checkAddresses refuses an address that two ends have: nobody could say who answered.
func (w *world) checkAddresses() error {
	owner := map[netip.Addr]string{}
	claim := func(address netip.Addr, who string) error {
		if other, taken := owner[address]; taken {
			return fmt.Errorf("%s and %s both have the address %s", other, who, address)
		}
		owner[address] = who
		return nil
	}
	for _, address := range w.node {
		if err := claim(address, "the node"); err != nil {
			return err
		}
	}
	for _, address := range w.outside {
		if err := claim(address, "an outside host"); err != nil {
			return err
		}
	}
	for _, pod := range w.pods {
		for _, text := range pod.Addresses {
			address, err := netip.ParseAddr(text)
			if err != nil {
				return err
			}
			if pod.HostNetwork {
				if !slices.Contains(w.node, address) {
					return fmt.Errorf("pod %s has the node's network, and the node does not have %s", pod.Name, address)
				}
				continue
			}
			if err := claim(address, "pod "+pod.Namespace+"/"+pod.Name); err != nil {
				return err
			}
		}
	}
	return nil
}
