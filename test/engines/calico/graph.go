package main

import (
	"fmt"

	"cdk8s-intents.test/engines/calico/cluster"
	"github.com/projectcalico/calico/felix/calc"
	"github.com/projectcalico/calico/felix/config"
	"github.com/projectcalico/calico/felix/proto"
	"github.com/projectcalico/calico/libcalico-go/lib/backend/api"
)

// State is what the calculation graph tells the data plane of the node.
type State struct {
	sets      map[string]*proto.IPSetUpdate
	policies  []*proto.ActivePolicyUpdate
	profiles  []*proto.ActiveProfileUpdate
	endpoints []*proto.WorkloadEndpoint
}

// calculate runs Felix's pipeline once: validation filter, calculation graph, event sequencer.
func calculate(objects *cluster.Cluster) (*State, error) {
	updates, err := objects.Updates()
	if err != nil {
		return nil, err
	}
	settings := config.New()
	settings.FelixHostname = cluster.NodeName
	state := &State{sets: map[string]*proto.IPSetUpdate{}}
	var failed error
	sequencer := calc.NewEventSequencer(settings)
	sequencer.Callback = func(message any) {
		if err := state.add(message); err != nil {
			failed = err
		}
	}
	graph := calc.NewCalculationGraph(sequencer, nil, settings, func() {})
	watch := &strictSink{sink: graph}
	filter := calc.NewValidationFilter(watch, settings)
	filter.OnUpdates(updates)
	filter.OnStatusUpdated(api.InSync)
	graph.Flush()
	sequencer.Flush()
	if watch.err != nil {
		return nil, watch.err
	}
	return state, failed
}

func (s *State) add(message any) error {
	switch message := message.(type) {
	case *proto.IPSetUpdate:
		s.sets[message.Id] = message
	case *proto.ActivePolicyUpdate:
		s.policies = append(s.policies, message)
	case *proto.ActiveProfileUpdate:
		s.profiles = append(s.profiles, message)
	case *proto.WorkloadEndpointUpdate:
		s.endpoints = append(s.endpoints, message.Endpoint)
	case *proto.IPSetDeltaUpdate, *proto.IPSetRemove, *proto.ActivePolicyRemove, *proto.ActiveProfileRemove, *proto.WorkloadEndpointRemove:
		return fmt.Errorf("unexpected %T in the first flush", message)
	}
	// Others (routes, namespaces, service accounts, local host endpoints…) do not touch pods' policies.
	return nil
}

// strictSink refuses what the validation filter makes disappear: Felix would go on without the object.
type strictSink struct {
	sink api.SyncerCallbacks
	err  error
}

func (s *strictSink) OnStatusUpdated(status api.SyncStatus) { s.sink.OnStatusUpdated(status) }

func (s *strictSink) OnUpdates(updates []api.Update) {
	for _, update := range updates {
		if update.Value == nil {
			s.err = fmt.Errorf("Felix would ignore %s: it is not valid", update.Key)
		}
	}
	s.sink.OnUpdates(updates)
}
