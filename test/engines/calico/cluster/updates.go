package cluster

import (
	"fmt"
	"maps"
	"slices"

	v3 "github.com/projectcalico/api/pkg/apis/projectcalico/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	libapiv3 "github.com/projectcalico/calico/libcalico-go/lib/apis/v3"
	"github.com/projectcalico/calico/libcalico-go/lib/backend/api"
	"github.com/projectcalico/calico/libcalico-go/lib/backend/k8s/conversion"
	"github.com/projectcalico/calico/libcalico-go/lib/backend/model"
	"github.com/projectcalico/calico/libcalico-go/lib/backend/syncersv1/updateprocessors"
	"github.com/projectcalico/calico/libcalico-go/lib/backend/watchersyncer"
	"github.com/projectcalico/calico/libcalico-go/lib/names"
)

// Updates is what Felix's syncer would send for the cluster: the pairing of kinds with converters and processors is
// that of libcalico-go/lib/backend/syncersv1/felixsyncer for the Kubernetes datastore.
func (c *Cluster) Updates() ([]api.Update, error) {
	pairs, err := c.converted()
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(c.tiers)) {
		pairs = append(pairs, pairOf(c.tiers[name]))
	}
	for _, one := range c.calico {
		pairs = append(pairs, pairOf(one.resource))
	}
	var updates []api.Update
	for _, pair := range pairs {
		processed, err := process(pair)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", pair.Key, err)
		}
		for _, pair := range processed {
			if pair.Value == nil {
				// A staged deletion: the syncer does not send it on.
				continue
			}
			updates = append(updates, api.Update{KVPair: *pair, UpdateType: api.UpdateTypeKVNew})
		}
	}
	return updates, nil
}

// converted are the Kubernetes objects in Calico's terms.
func (c *Cluster) converted() ([]*model.KVPair, error) {
	converter := conversion.NewConverter()
	var pairs []*model.KVPair
	var failed error
	add := func(pair *model.KVPair, err error) {
		if err != nil && failed == nil {
			failed = err
		}
		pairs = append(pairs, pair)
	}
	for _, name := range slices.Sorted(maps.Keys(c.namespaces)) {
		add(converter.NamespaceToProfile(c.namespaces[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(c.serviceAccounts)) {
		add(converter.ServiceAccountToProfile(c.serviceAccounts[name]))
	}
	for _, slice := range c.endpointSlices {
		add(converter.EndpointSliceToKVP(slice))
	}
	for _, policy := range c.networkPolicies {
		add(converter.K8sNetworkPolicyToCalico(policy))
	}
	admin, err := c.admin()
	if err != nil {
		return nil, err
	}
	pairs = append(pairs, admin...)
	for _, pod := range c.pods {
		if !converter.IsReadyCalicoPod(pod) {
			continue
		}
		endpoints, err := converter.PodToWorkloadEndpoints(pod)
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, endpoints...)
	}
	return pairs, failed
}

// pairOf names a policy the way it comes back from the Kubernetes datastore: with its tier in front, "default" included.
func pairOf(resource metav1.Object) *model.KVPair {
	kind := resource.(schema.ObjectKind)
	name := resource.GetName()
	if _, tiered := complete(resource); tiered {
		name = names.TieredPolicyName(name)
	}
	return &model.KVPair{
		Key:   model.ResourceKey{Kind: kind.GroupVersionKind().Kind, Namespace: resource.GetNamespace(), Name: name},
		Value: resource,
	}
}

func process(pair *model.KVPair) ([]*model.KVPair, error) {
	key, ok := pair.Key.(model.ResourceKey)
	if !ok {
		return nil, fmt.Errorf("unexpected key %T", pair.Key)
	}
	processor, found := processors[key.Kind]
	if !found {
		return []*model.KVPair{pair}, nil
	}
	return processor().Process(pair)
}

var processors = map[string]func() watchersyncer.SyncerUpdateProcessor{
	v3.KindGlobalNetworkPolicy:           updateprocessors.NewGlobalNetworkPolicyUpdateProcessor,
	v3.KindStagedGlobalNetworkPolicy:     updateprocessors.NewStagedGlobalNetworkPolicyUpdateProcessor,
	v3.KindNetworkPolicy:                 updateprocessors.NewNetworkPolicyUpdateProcessor,
	v3.KindStagedNetworkPolicy:           updateprocessors.NewStagedNetworkPolicyUpdateProcessor,
	v3.KindStagedKubernetesNetworkPolicy: updateprocessors.NewStagedKubernetesNetworkPolicyUpdateProcessor,
	v3.KindTier:                          updateprocessors.NewTierUpdateProcessor,
	v3.KindIPPool:                        updateprocessors.NewIPPoolUpdateProcessor,
	v3.KindGlobalNetworkSet:              updateprocessors.NewGlobalNetworkSetUpdateProcessor,
	v3.KindNetworkSet:                    updateprocessors.NewNetworkSetUpdateProcessor,
	v3.KindHostEndpoint:                  updateprocessors.NewHostEndpointUpdateProcessor,
	v3.KindProfile:                       updateprocessors.NewProfileUpdateProcessor,
	libapiv3.KindWorkloadEndpoint:        updateprocessors.NewWorkloadEndpointUpdateProcessor,
}
