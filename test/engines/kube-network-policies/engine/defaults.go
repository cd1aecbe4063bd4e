package engine

import (
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
)

// The functions below fill in what the API server fills in on a write. The engine relies on it: it follows a nil
// pointer for a port without protocol, ignores a policy without policyTypes, and takes `ingress: []` for "allow all".

func completeNamespace(namespace *corev1.Namespace) {
	if namespace.Labels == nil {
		namespace.Labels = map[string]string{}
	}
	namespace.Labels[corev1.LabelMetadataName] = namespace.Name
}

func completePod(pod *corev1.Pod) {
	if pod.Namespace == "" {
		pod.Namespace = corev1.NamespaceDefault
	}
	if len(pod.Status.PodIPs) == 0 && pod.Status.PodIP != "" {
		pod.Status.PodIPs = []corev1.PodIP{{IP: pod.Status.PodIP}}
	}
	for c := range pod.Spec.Containers {
		ports := pod.Spec.Containers[c].Ports
		for p := range ports {
			if ports[p].Protocol == "" {
				ports[p].Protocol = corev1.ProtocolTCP
			}
		}
	}
}

// KeepEmptyLists leaves `ingress: []` as it is in the JSON, which no API server hands out: to show what the engine makes
// of it.
var KeepEmptyLists bool

func completeNetworkPolicy(policy *networkingv1.NetworkPolicy) {
	if policy.Namespace == "" {
		policy.Namespace = corev1.NamespaceDefault
	}
	spec := &policy.Spec
	if len(spec.PolicyTypes) == 0 {
		spec.PolicyTypes = []networkingv1.PolicyType{networkingv1.PolicyTypeIngress}
		if len(spec.Egress) != 0 {
			spec.PolicyTypes = append(spec.PolicyTypes, networkingv1.PolicyTypeEgress)
		}
	}
	// An empty list does not survive the API server's storage: it comes back absent.
	if len(spec.Ingress) == 0 && !KeepEmptyLists {
		spec.Ingress = nil
	}
	if len(spec.Egress) == 0 && !KeepEmptyLists {
		spec.Egress = nil
	}
	for _, rule := range spec.Ingress {
		completePorts(rule.Ports)
	}
	for _, rule := range spec.Egress {
		completePorts(rule.Ports)
	}
}

func completePorts(ports []networkingv1.NetworkPolicyPort) {
	tcp := corev1.ProtocolTCP
	for index := range ports {
		if ports[index].Protocol == nil {
			ports[index].Protocol = &tcp
		}
	}
}
