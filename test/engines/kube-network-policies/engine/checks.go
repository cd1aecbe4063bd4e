package engine

import (
	"errors"
	"fmt"
	"net"
	"net/netip"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation"
	policyv1alpha2 "sigs.k8s.io/network-policy-api/apis/v1alpha2"
)

// The API server refuses all of this. The engine does not see it refused and accepts packets instead.

func checkPod(pod *corev1.Pod) error {
	for _, address := range pod.Status.PodIPs {
		if _, err := netip.ParseAddr(address.IP); err != nil {
			return err
		}
	}
	return nil
}

func checkNetworkPolicy(policy *networkingv1.NetworkPolicy) error {
	problems := []error{checkSelector(&policy.Spec.PodSelector)}
	for _, rule := range policy.Spec.Ingress {
		problems = append(problems, checkRule(rule.From, rule.Ports))
	}
	for _, rule := range policy.Spec.Egress {
		problems = append(problems, checkRule(rule.To, rule.Ports))
	}
	return errors.Join(problems...)
}

func checkRule(peers []networkingv1.NetworkPolicyPeer, ports []networkingv1.NetworkPolicyPort) error {
	var problems []error
	for _, peer := range peers {
		problems = append(problems, checkPeer(peer))
	}
	for _, port := range ports {
		problems = append(problems, checkPort(port))
	}
	return errors.Join(problems...)
}

func checkPeer(peer networkingv1.NetworkPolicyPeer) error {
	selects := peer.PodSelector != nil || peer.NamespaceSelector != nil
	if selects == (peer.IPBlock != nil) {
		return errors.New("a peer needs selectors or an ipBlock, and not both")
	}
	if peer.IPBlock == nil {
		return errors.Join(checkSelector(peer.PodSelector), checkSelector(peer.NamespaceSelector))
	}
	_, block, err := net.ParseCIDR(peer.IPBlock.CIDR)
	if err != nil {
		return err
	}
	for _, text := range peer.IPBlock.Except {
		_, except, err := net.ParseCIDR(text)
		if err != nil {
			return err
		}
		outer, _ := block.Mask.Size()
		inner, _ := except.Mask.Size()
		if !block.Contains(except.IP) || inner <= outer {
			return fmt.Errorf("except %s is not strictly inside %s", text, peer.IPBlock.CIDR)
		}
	}
	return nil
}

func checkPort(port networkingv1.NetworkPolicyPort) error {
	switch *port.Protocol {
	case corev1.ProtocolTCP, corev1.ProtocolUDP, corev1.ProtocolSCTP:
	default:
		return fmt.Errorf("protocol %q is not TCP, UDP or SCTP", *port.Protocol)
	}
	if port.Port == nil || port.Port.Type == intstr.String {
		if port.EndPort != nil {
			return errors.New("endPort needs a numeric port")
		}
		if port.Port != nil && len(validation.IsValidPortName(port.Port.StrVal)) != 0 {
			return fmt.Errorf("%q is not a port name", port.Port.StrVal)
		}
		return nil
	}
	if len(validation.IsValidPortNum(port.Port.IntValue())) != 0 {
		return fmt.Errorf("port %d is not in 1-65535", port.Port.IntValue())
	}
	if port.EndPort != nil && (*port.EndPort < port.Port.IntVal || *port.EndPort > 65535) {
		return fmt.Errorf("endPort %d is not in %d-65535", *port.EndPort, port.Port.IntVal)
	}
	return nil
}

func checkClusterNetworkPolicy(policy *policyv1alpha2.ClusterNetworkPolicy) error {
	problems := []error{checkPods(policy.Spec.Subject.Namespaces, policy.Spec.Subject.Pods)}
	switch policy.Spec.Tier {
	case policyv1alpha2.AdminTier, policyv1alpha2.BaselineTier:
	default:
		problems = append(problems, fmt.Errorf("tier %q is not Admin or Baseline", policy.Spec.Tier))
	}
	for _, rule := range policy.Spec.Ingress {
		problems = append(problems, checkAction(rule.Action))
		for _, peer := range rule.From {
			problems = append(problems, checkPods(peer.Namespaces, peer.Pods))
		}
	}
	for _, rule := range policy.Spec.Egress {
		problems = append(problems, checkAction(rule.Action))
		for _, peer := range rule.To {
			problems = append(problems, checkPods(peer.Namespaces, peer.Pods), checkSelector(peer.Nodes))
			for _, network := range peer.Networks {
				_, _, err := net.ParseCIDR(string(network))
				problems = append(problems, err)
			}
		}
	}
	return errors.Join(problems...)
}

func checkAction(action policyv1alpha2.ClusterNetworkPolicyRuleAction) error {
	switch action {
	case policyv1alpha2.ClusterNetworkPolicyRuleActionAccept,
		policyv1alpha2.ClusterNetworkPolicyRuleActionDeny,
		policyv1alpha2.ClusterNetworkPolicyRuleActionPass:
		return nil
	default:
		return fmt.Errorf("action %q is not Accept, Deny or Pass", action)
	}
}

func checkPods(namespaces *metav1.LabelSelector, pods *policyv1alpha2.NamespacedPod) error {
	if pods == nil {
		return checkSelector(namespaces)
	}
	return errors.Join(checkSelector(namespaces), checkSelector(&pods.NamespaceSelector), checkSelector(&pods.PodSelector))
}

func checkSelector(selector *metav1.LabelSelector) error {
	_, err := metav1.LabelSelectorAsSelector(selector)
	return err
}
