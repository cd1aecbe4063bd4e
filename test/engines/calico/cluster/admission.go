package cluster

import (
	"encoding/json"
	"errors"
	"fmt"

	v3 "github.com/projectcalico/api/pkg/apis/projectcalico/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	strictjson "sigs.k8s.io/json"

	"github.com/projectcalico/calico/libcalico-go/lib/names"
	"github.com/projectcalico/calico/libcalico-go/lib/resources"
	validator "github.com/projectcalico/calico/libcalico-go/lib/validator/v3"
)

const calicoVersion = "projectcalico.org/v3"

// Validate says for each object what Calico's API server would say against it; the empty string when nothing.
func Validate(objects []json.RawMessage) []string {
	problems := make([]string, 0, len(objects))
	for _, object := range objects {
		problem := ""
		if _, err := admit(object); err != nil {
			problem = err.Error()
		}
		problems = append(problems, problem)
	}
	return problems
}

// admit does what Calico's API server and calicoctl do with an object before they store it: decode, fill in defaults,
// validate. Decoding is strict, as with kubectl's server-side field validation.
func admit(object json.RawMessage) (metav1.Object, error) {
	var meta metav1.TypeMeta
	if err := json.Unmarshal(object, &meta); err != nil {
		return nil, err
	}
	if meta.APIVersion != calicoVersion {
		return nil, fmt.Errorf("%q is not %s", meta.APIVersion, calicoVersion)
	}
	resource := newResource(meta.Kind)
	if resource == nil {
		return nil, fmt.Errorf("%s is not a kind this program knows", meta.Kind)
	}
	if err := decode(object, resource); err != nil {
		return nil, err
	}
	if resource.GetName() == "" {
		return nil, errors.New("metadata.name is missing")
	}
	tier, tiered := complete(resource)
	if err := validator.Validate(resource); err != nil {
		return nil, err
	}
	if tiered {
		return resource, names.ValidateTieredPolicyName(resource.GetName(), tier)
	}
	return resource, nil
}

func newResource(kind string) metav1.Object {
	switch kind {
	case v3.KindGlobalNetworkPolicy:
		return v3.NewGlobalNetworkPolicy()
	case v3.KindNetworkPolicy:
		return v3.NewNetworkPolicy()
	case v3.KindStagedGlobalNetworkPolicy:
		return v3.NewStagedGlobalNetworkPolicy()
	case v3.KindStagedNetworkPolicy:
		return v3.NewStagedNetworkPolicy()
	case v3.KindStagedKubernetesNetworkPolicy:
		return v3.NewStagedKubernetesNetworkPolicy()
	case v3.KindTier:
		return v3.NewTier()
	case v3.KindGlobalNetworkSet:
		return v3.NewGlobalNetworkSet()
	case v3.KindNetworkSet:
		return v3.NewNetworkSet()
	case v3.KindHostEndpoint:
		return v3.NewHostEndpoint()
	case v3.KindIPPool:
		return v3.NewIPPool()
	default:
		return nil
	}
}

// complete fills in what Calico's client library fills in on a create, and returns the tier of a policy.
func complete(resource metav1.Object) (tier string, tiered bool) {
	switch object := resource.(type) {
	case *v3.GlobalNetworkPolicy:
		completeTypes(object.Spec.Ingress, object.Spec.Egress, &object.Spec.Types)
		return names.TierOrDefault(object.Spec.Tier), true
	case *v3.NetworkPolicy:
		completeTypes(object.Spec.Ingress, object.Spec.Egress, &object.Spec.Types)
		return names.TierOrDefault(object.Spec.Tier), true
	case *v3.StagedGlobalNetworkPolicy:
		if object.Spec.StagedAction != v3.StagedActionDelete {
			completeTypes(object.Spec.Ingress, object.Spec.Egress, &object.Spec.Types)
		}
		return names.TierOrDefault(object.Spec.Tier), true
	case *v3.StagedNetworkPolicy:
		if object.Spec.StagedAction != v3.StagedActionDelete {
			completeTypes(object.Spec.Ingress, object.Spec.Egress, &object.Spec.Types)
		}
		return names.TierOrDefault(object.Spec.Tier), true
	case *v3.Tier:
		resources.DefaultTierFields(object)
	}
	return "", false
}

// completeTypes is what the client library keeps to itself (libcalico-go/lib/clientv3/globalnetworkpolicy.go).
func completeTypes(ingress, egress []v3.Rule, types *[]v3.PolicyType) {
	switch {
	case len(*types) != 0:
	case len(egress) == 0:
		*types = []v3.PolicyType{v3.PolicyTypeIngress}
	case len(ingress) == 0:
		*types = []v3.PolicyType{v3.PolicyTypeEgress}
	default:
		*types = []v3.PolicyType{v3.PolicyTypeIngress, v3.PolicyTypeEgress}
	}
}

func decode(object json.RawMessage, into any) error {
	problems, err := strictjson.UnmarshalStrict(object, into)
	return errors.Join(append(problems, err)...)
}
