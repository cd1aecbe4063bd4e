package cluster

import (
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	// NodeName is the one node of the cluster: Calico calculates policies only for the endpoints of its own node.
	NodeName = "node"
	// Calico's converters want one on namespaces and service accounts; nothing depends on which.
	someUID = "00000000-0000-4000-8000-000000000000"
)

// The functions below fill in what the Kubernetes API server fills in on a write.

func completeNamespace(namespace *corev1.Namespace) {
	namespace.UID = someUID
	if namespace.Labels == nil {
		namespace.Labels = map[string]string{}
	}
	namespace.Labels[corev1.LabelMetadataName] = namespace.Name
}

func completePod(pod *corev1.Pod) {
	pod.Spec.NodeName = NodeName
	if pod.Namespace == "" {
		pod.Namespace = corev1.NamespaceDefault
	}
	if pod.Spec.ServiceAccountName == "" {
		pod.Spec.ServiceAccountName = "default"
	}
	if pod.Status.PodIP == "" && len(pod.Status.PodIPs) != 0 {
		pod.Status.PodIP = pod.Status.PodIPs[0].IP
	}
}

func completeNetworkPolicy(policy *networkingv1.NetworkPolicy) {
	if policy.Namespace == "" {
		policy.Namespace = corev1.NamespaceDefault
	}
	spec := &policy.Spec
	if len(spec.PolicyTypes) != 0 {
		return
	}
	spec.PolicyTypes = []networkingv1.PolicyType{networkingv1.PolicyTypeIngress}
	if len(spec.Egress) != 0 {
		spec.PolicyTypes = append(spec.PolicyTypes, networkingv1.PolicyTypeEgress)
	}
}

func (c *Cluster) ensureNamespace(name string) {
	if _, found := c.namespaces[name]; found {
		return
	}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	completeNamespace(namespace)
	c.namespaces[name] = namespace
}

func (c *Cluster) ensureServiceAccount(namespace, name string) {
	key := namespace + "/" + name
	if _, found := c.serviceAccounts[key]; found {
		return
	}
	c.serviceAccounts[key] = &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, UID: someUID}}
}
