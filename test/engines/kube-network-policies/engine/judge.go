package engine

import (
	"context"
	"fmt"
	"net"
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/client-go/informers"
	corelisters "k8s.io/client-go/listers/core/v1"
	"sigs.k8s.io/kube-network-policies/pkg/api"
	"sigs.k8s.io/kube-network-policies/pkg/network"
	"sigs.k8s.io/kube-network-policies/pkg/networkpolicy"
	"sigs.k8s.io/kube-network-policies/pkg/podinfo"
	admin "sigs.k8s.io/kube-network-policies/plugins/npa-v1alpha1"
	clusterwide "sigs.k8s.io/kube-network-policies/plugins/npa-v1alpha2"
	policyv1alpha2 "sigs.k8s.io/network-policy-api/apis/v1alpha2"
	policyinformers "sigs.k8s.io/network-policy-api/pkg/client/informers/externalversions"
)

// Judge evaluates packets against one cluster. Ingress and egress are separate engines, so that an answer says
// which end refused.
type Judge struct {
	egress, ingress *networkpolicy.PolicyEngine
}

// NewJudge makes a judge of a cluster.
func NewJudge(cluster *Cluster) *Judge {
	provider, nodes := podProvider(cluster)
	before, after := clusterWideEvaluators(cluster, nodes)
	between := directions{
		ingress: standardEvaluator(cluster, networkingv1.PolicyTypeIngress),
		egress:  standardEvaluator(cluster, networkingv1.PolicyTypeEgress),
	}
	evaluators := slices.Concat(before, []api.PolicyEvaluator{between}, after)
	return &Judge{
		egress:  networkpolicy.NewPolicyEngine(provider, only(networkingv1.PolicyTypeEgress, evaluators)),
		ingress: networkpolicy.NewPolicyEngine(provider, only(networkingv1.PolicyTypeIngress, evaluators)),
	}
}

// NewPolicyEngine is the engine as the program of the project puts it together: both directions in one, and every
// NetworkPolicy in one evaluator.
func NewPolicyEngine(cluster *Cluster) *networkpolicy.PolicyEngine {
	provider, nodes := podProvider(cluster)
	before, after := clusterWideEvaluators(cluster, nodes)
	between := standardEvaluator(cluster, networkingv1.PolicyTypeIngress, networkingv1.PolicyTypeEgress)
	return networkpolicy.NewPolicyEngine(provider, slices.Concat(before, []api.PolicyEvaluator{between}, after))
}

// podProvider looks pods up by address, in informers that never start: their stores are filled by hand.
func podProvider(cluster *Cluster) (api.PodInfoProvider, corelisters.NodeLister) {
	core := informers.NewSharedInformerFactory(nil, 0)
	pods, namespaces, nodes := core.Core().V1().Pods(), core.Core().V1().Namespaces(), core.Core().V1().Nodes()
	resolver, err := podinfo.NewInformerResolver(pods.Informer())
	must(err)
	for _, namespace := range cluster.namespaces {
		must(namespaces.Informer().GetIndexer().Add(namespace))
	}
	for _, pod := range cluster.pods {
		must(pods.Informer().GetIndexer().Add(pod))
	}
	for _, node := range cluster.nodes {
		must(nodes.Informer().GetIndexer().Add(node))
	}
	return podinfo.NewInformerProvider(pods, namespaces, nodes, []podinfo.IPResolver{resolver}), nodes.Lister()
}

// clusterWideEvaluators makes those that run before and after NetworkPolicies.
func clusterWideEvaluators(cluster *Cluster, nodes corelisters.NodeLister) (before, after []api.PolicyEvaluator) {
	policies := policyinformers.NewSharedInformerFactory(nil, 0).Policy()
	current := policies.V1alpha2().ClusterNetworkPolicies()
	for _, policy := range cluster.clusterPolicies {
		must(current.Informer().GetIndexer().Add(policy))
	}
	adminPolicies := policies.V1alpha1().AdminNetworkPolicies()
	for _, policy := range cluster.adminPolicies {
		must(adminPolicies.Informer().GetIndexer().Add(policy))
	}
	baselines := policies.V1alpha1().BaselineAdminNetworkPolicies()
	for _, policy := range cluster.baselinePolicies {
		must(baselines.Informer().GetIndexer().Add(policy))
	}
	before = []api.PolicyEvaluator{
		clusterwide.NewClusterNetworkPolicy(policyv1alpha2.AdminTier, current, nil, nodes),
		admin.NewAdminNetworkPolicy(adminPolicies, nil),
	}
	after = []api.PolicyEvaluator{
		clusterwide.NewClusterNetworkPolicy(policyv1alpha2.BaselineTier, current, nil, nodes),
		admin.NewBaselineAdminNetworkPolicy(baselines),
	}
	return before, after
}

// standardEvaluator is the NetworkPolicy evaluator over the policies that govern one of the directions.
//
// Given all policies, the evaluator of v1.1.1 accepts for good a packet of a pod that only policies of the other
// direction select, so that the baseline is not asked any more. network-policy-api says that only a policy which
// isolates the pod in that direction ends the evaluation before the baseline.
func standardEvaluator(cluster *Cluster, governed ...networkingv1.PolicyType) api.PolicyEvaluator {
	factory := informers.NewSharedInformerFactory(nil, 0)
	policies := factory.Networking().V1().NetworkPolicies()
	for _, policy := range cluster.networkPolicies {
		if slices.ContainsFunc(policy.Spec.PolicyTypes, func(one networkingv1.PolicyType) bool { return slices.Contains(governed, one) }) {
			must(policies.Informer().GetIndexer().Add(policy))
		}
	}
	// The other informers serve its data plane only, which is not used here.
	return networkpolicy.NewStandardNetworkPolicy("", factory.Core().V1().Namespaces(), factory.Core().V1().Pods(), policies)
}

// Packet is the first packet of a connection, after Service addresses have been replaced by those of pods.
type Packet struct {
	// From and To are addresses; one that no pod has is outside the cluster (or a node).
	From string `json:"from"`
	To   string `json:"to"`
	// Protocol is the IP protocol number.
	Protocol uint8 `json:"protocol"`
	// Port is the destination port.
	Port uint16 `json:"port"`
}

// Verdict says what each end's policies do with a packet; it passes when both say "allow".
type Verdict struct {
	Egress  string `json:"egress"`
	Ingress string `json:"ingress"`
}

// PacketOf is the packet as the engine sees it. Its source port is one that nobody names: no policy looks at it.
func PacketOf(packet Packet) (*network.Packet, error) {
	from, to := net.ParseIP(packet.From), net.ParseIP(packet.To)
	if from == nil || to == nil || (from.To4() == nil) != (to.To4() == nil) {
		return nil, fmt.Errorf("%q and %q are not addresses of one family", packet.From, packet.To)
	}
	family := corev1.IPv4Protocol
	if from.To4() == nil {
		family = corev1.IPv6Protocol
	}
	seen := &network.Packet{Family: family, SrcIP: from, DstIP: to, SrcPort: 61000, DstPort: int(packet.Port)}
	switch packet.Protocol {
	case 6:
		seen.Proto = corev1.ProtocolTCP
	case 17:
		seen.Proto = corev1.ProtocolUDP
	case 132:
		seen.Proto = corev1.ProtocolSCTP
	default:
		// What the engine's own packet parser does with other protocols.
		seen.SrcPort, seen.DstPort = 0, 0
	}
	return seen, nil
}

// Verdict judges both ends of a packet.
func (j *Judge) Verdict(packet Packet) (Verdict, error) {
	seen, err := PacketOf(packet)
	if err != nil {
		return Verdict{}, err
	}
	egress, err := j.egress.EvaluatePacket(context.Background(), seen)
	if err != nil {
		return Verdict{}, err
	}
	ingress, err := j.ingress.EvaluatePacket(context.Background(), seen)
	return Verdict{Egress: word(egress), Ingress: word(ingress)}, err
}

func word(allowed bool) string {
	if allowed {
		return "allow"
	}
	return "deny"
}

// must stops on what only a mistake in this program can cause.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
