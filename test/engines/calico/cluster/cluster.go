// Package cluster turns manifests into what Felix is told about them, with Calico's own code: decoding, defaulting,
// validation, conversion of Kubernetes objects, and the processors of Felix's syncer.
package cluster

import (
	"encoding/json"
	"fmt"

	v3 "github.com/projectcalico/api/pkg/apis/projectcalico/v3"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	policyv1alpha1 "sigs.k8s.io/network-policy-api/apis/v1alpha1"

	"github.com/projectcalico/calico/libcalico-go/lib/names"
)

// Cluster holds the objects of a request the way the API servers would hand them out.
type Cluster struct {
	namespaces       map[string]*corev1.Namespace
	serviceAccounts  map[string]*corev1.ServiceAccount
	pods             []*corev1.Pod
	endpointSlices   []*discoveryv1.EndpointSlice
	networkPolicies  []*networkingv1.NetworkPolicy
	adminPolicies    []*policyv1alpha1.AdminNetworkPolicy
	baselinePolicies []*policyv1alpha1.BaselineAdminNetworkPolicy
	tiers            map[string]*v3.Tier
	// calico are the other objects of projectcalico.org/v3.
	calico []placed
}

// placed is an object with its place in the list it came in.
type placed struct {
	index    int
	resource metav1.Object
}

// Refusal is an object that cannot be stored, or that this package does not know.
type Refusal struct {
	// Index is its place in the list it came in.
	Index int
	Err   error
}

// Read admits the objects, and completes what the API server and its controllers would add. The cluster is only of use
// when nothing is refused.
func Read(objects []json.RawMessage) (*Cluster, []Refusal) {
	cluster := &Cluster{
		namespaces:      map[string]*corev1.Namespace{},
		serviceAccounts: map[string]*corev1.ServiceAccount{},
		tiers:           builtInTiers(),
	}
	var refusals []Refusal
	for index, object := range objects {
		if err := cluster.add(index, object); err != nil {
			refusals = append(refusals, Refusal{Index: index, Err: err})
		}
	}
	if refusals == nil {
		refusals = cluster.checkTiers()
	}
	for _, pod := range cluster.pods {
		completePod(pod)
		cluster.ensureNamespace(pod.Namespace)
		cluster.ensureServiceAccount(pod.Namespace, pod.Spec.ServiceAccountName)
	}
	return cluster, refusals
}

func (c *Cluster) add(index int, object json.RawMessage) error {
	var meta metav1.TypeMeta
	if err := json.Unmarshal(object, &meta); err != nil {
		return err
	}
	switch meta.APIVersion + " " + meta.Kind {
	case "v1 Namespace":
		return read(object, func(namespace *corev1.Namespace) {
			completeNamespace(namespace)
			c.namespaces[namespace.Name] = namespace
		})
	case "v1 ServiceAccount":
		return read(object, func(account *corev1.ServiceAccount) {
			account.UID = someUID
			c.serviceAccounts[account.Namespace+"/"+account.Name] = account
		})
	case "v1 Pod":
		return read(object, func(pod *corev1.Pod) { c.pods = append(c.pods, pod) })
	case "v1 Service", "v1 Node":
		// Where packets to a Service go is kube-proxy's business; rules about Services read EndpointSlices.
		return nil
	case "discovery.k8s.io/v1 EndpointSlice":
		return read(object, func(slice *discoveryv1.EndpointSlice) { c.endpointSlices = append(c.endpointSlices, slice) })
	case "networking.k8s.io/v1 NetworkPolicy":
		return read(object, func(policy *networkingv1.NetworkPolicy) {
			completeNetworkPolicy(policy)
			c.networkPolicies = append(c.networkPolicies, policy)
		})
	case "policy.networking.k8s.io/v1alpha1 AdminNetworkPolicy":
		return read(object, func(policy *policyv1alpha1.AdminNetworkPolicy) { c.adminPolicies = append(c.adminPolicies, policy) })
	case "policy.networking.k8s.io/v1alpha1 BaselineAdminNetworkPolicy":
		return read(object, func(policy *policyv1alpha1.BaselineAdminNetworkPolicy) {
			c.baselinePolicies = append(c.baselinePolicies, policy)
		})
	default:
		return c.addCalico(index, object)
	}
}

func (c *Cluster) addCalico(index int, object json.RawMessage) error {
	resource, err := admit(object)
	if err != nil {
		return err
	}
	if tier, ok := resource.(*v3.Tier); ok {
		c.tiers[tier.Name] = tier
	} else {
		c.calico = append(c.calico, placed{index, resource})
	}
	return nil
}

func read[T any](object json.RawMessage, use func(*T)) error {
	var value T
	if err := decode(object, &value); err != nil {
		return err
	}
	use(&value)
	return nil
}

// checkTiers refuses a policy in a tier that does not exist, as Calico does on a create.
func (c *Cluster) checkTiers() []Refusal {
	var refusals []Refusal
	for _, one := range c.calico {
		if tier, tiered := complete(one.resource); tiered && c.tiers[tier] == nil {
			err := fmt.Errorf("policy %s is in tier %s, which does not exist", one.resource.GetName(), tier)
			refusals = append(refusals, Refusal{Index: one.index, Err: err})
		}
	}
	return refusals
}

// builtInTiers are those that Calico's client library makes when it starts.
func builtInTiers() map[string]*v3.Tier {
	tiers := map[string]*v3.Tier{}
	add := func(name string, action v3.Action, order float64) {
		tier := v3.NewTier()
		tier.Name = name
		tier.Spec = v3.TierSpec{Order: &order, DefaultAction: &action}
		tiers[name] = tier
	}
	add(names.DefaultTierName, v3.Deny, v3.DefaultTierOrder)
	add(names.AdminNetworkPolicyTierName, v3.Pass, v3.AdminNetworkPolicyTierOrder)
	add(names.BaselineAdminNetworkPolicyTierName, v3.Pass, v3.BaselineAdminNetworkPolicyTierOrder)
	return tiers
}
