package main

import "os"

const (
	// loggingFlows has rules log each connection, for the collector of flow_logs.go.
	loggingFlows = "LAB_FLOW_LOGS"
	// iptables is the data plane that Calico has by default. It can only drop what it denies: the rules of its other
	// denial, REJECT, are none that iptables takes in every chain.
	iptables = "LAB_IPTABLES"
)

// variants of Felix, by the variable of the environment that asks for each, with the settings that make it.
var variants = map[string]map[string]string{
	loggingFlows: {"FlowLogsLocalReporter": "Enabled", "FlowLogsPolicyEvaluationMode": "None"},
	iptables:     {"NFTablesMode": "Disabled", "IptablesBackend": "nft", "IptablesRefreshInterval": "0"},
}

func wants(variant string) bool { return os.Getenv(variant) != "" }

// wanted are the settings of the variants that are asked for.
func wanted() []map[string]string {
	var all []map[string]string
	for variant, settings := range variants {
		if wants(variant) {
			all = append(all, settings)
		}
	}
	return all
}
