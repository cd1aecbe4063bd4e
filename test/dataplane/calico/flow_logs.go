package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"google.golang.org/protobuf/encoding/protojson"

	"github.com/projectcalico/calico/felix/calc"
	"github.com/projectcalico/calico/felix/collector"
	"github.com/projectcalico/calico/felix/collector/flowlog"
	"github.com/projectcalico/calico/felix/collector/goldmane"
	collectortypes "github.com/projectcalico/calico/felix/collector/types"
	"github.com/projectcalico/calico/felix/config"
	"github.com/projectcalico/calico/felix/rules"
	"github.com/projectcalico/calico/goldmane/pkg/types"
	"github.com/projectcalico/calico/goldmane/proto"

	"cdk8s-intents.test/dataplane/lab"
)

// flowLogs are what Felix's own collector makes of what its rules log (NFLOG) and of conntrack, in the form in which
// Felix sends them to Goldmane. They are written where LAB_FLOW_LOGS is set: every rule then logs each connection.
type flowLogs struct {
	lock  sync.Mutex
	lines []string
}

var _ lab.FlowLogger = (*flowLogs)(nil)

// flushInterval is how often the collector reports. It holds flows back until conntrack, which it reads every five
// seconds, says more of them.
const flushInterval = time.Second

const reporterName = "lab"

// collect starts Felix's collector, with these as what it reports to. The settings let rules log; the socket that they
// name for others is never made.
func (f *flowLogs) collect(configuration *config.Config, lookups *calc.LookupsCache) collector.Collector {
	made := collector.New(configuration, lookups, nil)
	reporter := flowlog.NewReporter(map[string]collectortypes.Reporter{reporterName: f}, flushInterval, nil)
	for _, action := range []rules.RuleAction{rules.RuleActionAllow, rules.RuleActionDeny} {
		aggregator := flowlog.NewAggregator().
			IncludeLabels(true).IncludePolicies(true).IncludeService(true).ForAction(action)
		reporter.AddAggregator(aggregator, []string{reporterName})
	}
	made.RegisterMetricsReporter(reporter)
	return made
}

// Start does nothing: there is nobody to connect to.
func (f *flowLogs) Start() error { return nil }

// Report takes the flows of an interval.
func (f *flowLogs) Report(news any) error {
	flows, ok := news.([]*flowlog.FlowLog)
	if !ok {
		return fmt.Errorf("%T is no list of flows", news)
	}
	for _, flow := range flows {
		line, err := asLine(flow)
		if err != nil {
			return err
		}
		f.lock.Lock()
		f.lines = append(f.lines, line)
		f.lock.Unlock()
	}
	return nil
}

func asLine(flow *flowlog.FlowLog) (string, error) {
	message := &proto.Flow{}
	types.FlowIntoProto(goldmane.ConvertFlowlogToGoldmane(flow), message)
	text, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(message)
	if err != nil {
		return "", err
	}
	// protojson puts in spaces at its pleasure.
	var line bytes.Buffer
	err = json.Compact(&line, text)
	return line.String(), err
}

// FlowLog takes what has been reported since the last time.
func (f *flowLogs) FlowLog() []string {
	f.lock.Lock()
	defer f.lock.Unlock()
	lines := f.lines
	f.lines = nil
	return lines
}
