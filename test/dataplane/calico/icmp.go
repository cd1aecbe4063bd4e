package main

import (
	"encoding/json"

	"cdk8s-intents.test/dataplane/lab"
)

// policyWithICMP is as much of a Calico policy as tells whether it names an ICMP code.
type policyWithICMP struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Spec       struct {
		Ingress []ruleWithICMP `json:"ingress"`
		Egress  []ruleWithICMP `json:"egress"`
	} `json:"spec"`
}

type ruleWithICMP struct {
	ICMP    icmpFields `json:"icmp"`
	NotICMP icmpFields `json:"notICMP"`
}

type icmpFields struct {
	Code *int `json:"code"`
}

const codeReason = "the nftables data plane of Calico v3.31.0 cannot program an ICMP code: it writes \"icmp type 8 code 0\", " +
	"which nft refuses; it then deletes all its rules, so that everything passes, and ends"

// refuseICMPCodes takes out what brings this data plane down, though the validator accepts it.
func refuseICMPCodes(objects []json.RawMessage) []lab.Refusal {
	var refusals []lab.Refusal
	for index, object := range objects {
		var policy policyWithICMP
		if json.Unmarshal(object, &policy) != nil || policy.APIVersion != "projectcalico.org/v3" ||
			(policy.Kind != "NetworkPolicy" && policy.Kind != "GlobalNetworkPolicy") {
			continue
		}
		for _, rule := range append(policy.Spec.Ingress, policy.Spec.Egress...) {
			if rule.ICMP.Code != nil || rule.NotICMP.Code != nil {
				refusals = append(refusals, lab.Refusal{Index: index, Reason: codeReason})
				break
			}
		}
	}
	return refusals
}
