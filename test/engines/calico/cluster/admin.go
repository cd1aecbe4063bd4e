package cluster

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"

	"k8s.io/client-go/rest"
	adminclient "sigs.k8s.io/network-policy-api/pkg/client/clientset/versioned/typed/apis/v1alpha1"

	"github.com/projectcalico/calico/libcalico-go/lib/backend/k8s/resources"
	"github.com/projectcalico/calico/libcalico-go/lib/backend/model"
)

// admin is what Calico's own clients hand to the syncer of the AdminNetworkPolicies and the BaselineAdminNetworkPolicy. They
// leave out what their converter has an error about, so the converter alone would not tell.
func (c *Cluster) admin() ([]*model.KVPair, error) {
	admin, err := listed(model.KindKubernetesAdminNetworkPolicy, "AdminNetworkPolicyList", c.adminPolicies, resources.NewKubernetesAdminNetworkPolicyClient)
	if err != nil {
		return nil, err
	}
	baseline, err := listed(model.KindKubernetesBaselineAdminNetworkPolicy, "BaselineAdminNetworkPolicyList", c.baselinePolicies, resources.NewKubernetesBaselineAdminNetworkPolicyClient)
	return append(admin, baseline...), err
}

// listed has a client of Calico's list the items, from an API server that has nothing else.
func listed[T any](kind, listKind string, items []T, newClient func(*adminclient.PolicyV1alpha1Client) resources.K8sResourceClient) ([]*model.KVPair, error) {
	if len(items) == 0 {
		return nil, nil
	}
	body, err := json.Marshal(map[string]any{
		"apiVersion": "policy.networking.k8s.io/v1alpha1",
		"kind":       listKind,
		"metadata":   map[string]string{"resourceVersion": "1"},
		"items":      items,
	})
	if err != nil {
		return nil, err
	}
	server := httptest.NewServer(http.HandlerFunc(func(response http.ResponseWriter, _ *http.Request) {
		response.Header().Set("Content-Type", "application/json")
		_, _ = response.Write(body)
	}))
	defer server.Close()
	client, err := adminclient.NewForConfig(&rest.Config{Host: server.URL, QPS: -1})
	if err != nil {
		return nil, err
	}
	list, err := newClient(client).List(context.Background(), model.ResourceListOptions{Kind: kind}, "")
	if err != nil {
		return nil, err
	}
	return list.KVPairs, nil
}
