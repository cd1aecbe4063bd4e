package engine

import (
	"context"
	"net/netip"

	networkingv1 "k8s.io/api/networking/v1"
	"sigs.k8s.io/kube-network-policies/pkg/api"
	"sigs.k8s.io/kube-network-policies/pkg/network"
)

// directions evaluates each direction with its own evaluator; without one, the direction is left to the next.
type directions struct {
	ingress, egress api.PolicyEvaluator
}

var _ api.PolicyEvaluator = directions{}

// only silences the other direction of each evaluator.
func only(direction networkingv1.PolicyType, evaluators []api.PolicyEvaluator) []api.PolicyEvaluator {
	result := make([]api.PolicyEvaluator, 0, len(evaluators))
	for _, evaluator := range evaluators {
		if direction == networkingv1.PolicyTypeIngress {
			result = append(result, directions{ingress: evaluator})
		} else {
			result = append(result, directions{egress: evaluator})
		}
	}
	return result
}

func (d directions) EvaluateIngress(ctx context.Context, packet *network.Packet, from, to *api.PodInfo) (api.Verdict, error) {
	if d.ingress == nil {
		return api.VerdictNext, nil
	}
	return d.ingress.EvaluateIngress(ctx, packet, from, to)
}

func (d directions) EvaluateEgress(ctx context.Context, packet *network.Packet, from, to *api.PodInfo) (api.Verdict, error) {
	if d.egress == nil {
		return api.VerdictNext, nil
	}
	return d.egress.EvaluateEgress(ctx, packet, from, to)
}

func (d directions) Name() string                                           { return "one direction" }
func (d directions) Ready() bool                                            { return true }
func (d directions) SetDataplaneSyncCallback(api.SyncFunc)                  {}
func (d directions) ManagedIPs(context.Context) ([]netip.Addr, bool, error) { return nil, false, nil }
