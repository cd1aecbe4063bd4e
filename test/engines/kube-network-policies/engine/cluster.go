// Package engine is the policy engine of kubernetes-sigs/kube-network-policies over a fixed set of objects.
package engine

import (
	"encoding/json"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	strictjson "sigs.k8s.io/json"
	policyv1alpha1 "sigs.k8s.io/network-policy-api/apis/v1alpha1"
	policyv1alpha2 "sigs.k8s.io/network-policy-api/apis/v1alpha2"
)

// Cluster holds the objects of a request the way the API server would hand them out.
type Cluster struct {
	namespaces       map[string]*corev1.Namespace
	pods             []*corev1.Pod
	nodes            []*corev1.Node
	networkPolicies  []*networkingv1.NetworkPolicy
	clusterPolicies  []*policyv1alpha2.ClusterNetworkPolicy
	adminPolicies    []*policyv1alpha1.AdminNetworkPolicy
	baselinePolicies []*policyv1alpha1.BaselineAdminNetworkPolicy
}

// ReadCluster decodes, completes and checks the objects. It refuses what it does not know, because the engine
// accepts packets where it meets something broken.
func ReadCluster(objects []json.RawMessage) (*Cluster, error) {
	cluster := &Cluster{namespaces: map[string]*corev1.Namespace{}}
	for index, object := range objects {
		if err := cluster.add(object); err != nil {
			return nil, fmt.Errorf("object %d: %w", index, err)
		}
	}
	for _, pod := range cluster.pods {
		cluster.ensureNamespace(pod.Namespace)
	}
	return cluster, nil
}

// Pods are the pods of the cluster, in the order they were given.
func (c *Cluster) Pods() []*corev1.Pod { return c.pods }

func (c *Cluster) add(object json.RawMessage) error {
	var meta metav1.TypeMeta
	if err := json.Unmarshal(object, &meta); err != nil {
		return err
	}
	switch meta.APIVersion + " " + meta.Kind {
	case "v1 Namespace":
		return read(object, func(namespace *corev1.Namespace) error {
			completeNamespace(namespace)
			c.namespaces[namespace.Name] = namespace
			return nil
		})
	case "v1 Pod":
		return read(object, func(pod *corev1.Pod) error {
			completePod(pod)
			c.pods = append(c.pods, pod)
			return checkPod(pod)
		})
	case "v1 Node":
		return read(object, func(node *corev1.Node) error {
			c.nodes = append(c.nodes, node)
			return nil
		})
	case "networking.k8s.io/v1 NetworkPolicy":
		return read(object, func(policy *networkingv1.NetworkPolicy) error {
			completeNetworkPolicy(policy)
			c.networkPolicies = append(c.networkPolicies, policy)
			return checkNetworkPolicy(policy)
		})
	case "policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicy":
		return read(object, func(policy *policyv1alpha2.ClusterNetworkPolicy) error {
			c.clusterPolicies = append(c.clusterPolicies, policy)
			return checkClusterNetworkPolicy(policy)
		})
	case "policy.networking.k8s.io/v1alpha1 AdminNetworkPolicy":
		return read(object, func(policy *policyv1alpha1.AdminNetworkPolicy) error {
			c.adminPolicies = append(c.adminPolicies, policy)
			return nil
		})
	case "policy.networking.k8s.io/v1alpha1 BaselineAdminNetworkPolicy":
		return read(object, func(policy *policyv1alpha1.BaselineAdminNetworkPolicy) error {
			c.baselinePolicies = append(c.baselinePolicies, policy)
			return nil
		})
	default:
		return fmt.Errorf("%s %s is not a kind this program knows", meta.APIVersion, meta.Kind)
	}
}

// read decodes strictly: a misspelt field is an error, as with kubectl's server-side validation.
func read[T any](object json.RawMessage, use func(*T) error) error {
	var value T
	problems, err := strictjson.UnmarshalStrict(object, &value)
	if err := errors.Join(append(problems, err)...); err != nil {
		return fmt.Errorf("%s: %w", object, err)
	}
	if err := use(&value); err != nil {
		return fmt.Errorf("%s: %w", object, err)
	}
	return nil
}

func (c *Cluster) ensureNamespace(name string) {
	if _, found := c.namespaces[name]; found {
		return
	}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	completeNamespace(namespace)
	c.namespaces[name] = namespace
}
