package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"cdk8s-intents.test/dataplane/lab"
	"cdk8s-intents.test/engines/calico/cluster"
	"github.com/projectcalico/calico/felix/calc"
	"github.com/projectcalico/calico/felix/collector"
	"github.com/projectcalico/calico/felix/config"
	"github.com/projectcalico/calico/felix/dataplane"
	"github.com/projectcalico/calico/felix/proto"
	"github.com/projectcalico/calico/libcalico-go/lib/backend/api"
	"github.com/projectcalico/calico/libcalico-go/lib/backend/k8s/conversion"
	"github.com/projectcalico/calico/libcalico-go/lib/backend/model"
)

// felix is Calico's agent of one node, without the parts that talk to a datastore.
type felix struct {
	lab       *lab.Lab
	filter    *calc.ValidationFilter
	graph     *calc.CalcGraph
	sequencer *calc.EventSequencer
	driver    dataplane.DataplaneDriver
	// known is what the graph has been told, by key.
	known map[string]api.Update
	// ends are the workload endpoints that the graph has told the data plane of, with their routes.
	ends   *endpoints
	canary canary
	// ignored are keys whose values Felix's validation filter has thrown away.
	ignored []string
	// complaints are Felix's own about what it could not do.
	complaints     complaints
	flowLogs       flowLogs
	held, lastHeld []any
}

func newFelix() *felix {
	return &felix{known: map[string]api.Update{}, ends: newEndpoints()}
}

// settings are Felix's, as Calico's own manifests have them for a cluster without encapsulation, except for the way it
// denies: a rejected packet is answered at once.
var settings = map[string]string{
	"FelixHostname":               cluster.NodeName,
	"DatastoreType":               "kubernetes",
	"NFTablesMode":                "Enabled",
	"NftablesFilterDenyAction":    "REJECT",
	"DefaultEndpointToHostAction": "ACCEPT",
	"Ipv6Support":                 "true",
	"BPFEnabled":                  "false",
	"XDPEnabled":                  "false",
	"IpInIpEnabled":               "false",
	"VXLANEnabled":                "false",
	"UsageReportingEnabled":       "false",
	"HealthEnabled":               "false",
	"PrometheusMetricsEnabled":    "false",
	"LogSeverityScreen":           "Fatal",
	"LogFilePath":                 "none",
	// Nothing here is forwarded between namespaces by others, so that there is nothing to look for again and again.
	"NftablesRefreshInterval": "0",
	"IpsetsRefreshInterval":   "0",
	"RouteRefreshInterval":    "0",
}

func (f *felix) Name() string {
	if wants(iptables) {
		return "calico v3.31.0 (iptables)"
	}
	return "calico v3.31.0 (nftables)"
}

func (f *felix) Start(l *lab.Lab) error {
	f.lab = l
	// Without cgo Felix cannot look for remains of its BPF data plane, and panics.
	if err := os.Setenv("FELIX_DebugSkipCTLBCleanup", "true"); err != nil {
		return err
	}
	// Felix writes the MTU it has found there, for the CNI plugin.
	if err := privateFolders("/var/lib", "/run"); err != nil {
		return err
	}
	if err := shadowNft("/run/lab"); err != nil {
		return err
	}
	configuration, err := configure()
	if err != nil {
		return err
	}
	fail := func(err error) {
		fmt.Fprintln(os.Stderr, "calico: felix stops:", err)
		os.Exit(1)
	}
	restart := func() { fail(fmt.Errorf("it wants to be started again for a new configuration")) }
	var lookups *calc.LookupsCache
	var reads collector.Collector
	if configuration.FlowLogsEnabled() {
		lookups = calc.NewLookupsCache()
		reads = f.flowLogs.collect(configuration.Copy(), lookups)
	}
	f.driver, _ = dataplane.StartDataplaneDriver(configuration.Copy(), nil, reads, restart, fail, nil, lookups)
	if reads != nil {
		if err := reads.Start(); err != nil {
			return err
		}
	}
	f.sequencer = calc.NewEventSequencer(configuration.Copy())
	f.sequencer.Callback = f.hold
	f.graph = calc.NewCalculationGraph(f.sequencer, lookups, configuration.Copy(), func() {})
	f.filter = calc.NewValidationFilter(f, configuration.Copy())
	go f.hear()
	f.tell(configuration.ToConfigUpdate())
	admitted, refusals := f.Admit(nil)
	if len(refusals) > 0 {
		return fmt.Errorf("the canary is refused: %v", refusals)
	}
	f.filter.OnStatusUpdated(api.ResyncInProgress)
	f.replace(admitted.([]api.Update))
	f.filter.OnStatusUpdated(api.InSync)
	f.flush()
	f.tell(&proto.InSync{})
	return f.settled()
}

func configure() (*config.Config, error) {
	configuration := config.New()
	for _, more := range wanted() {
		maps.Copy(settings, more)
	}
	if _, err := configuration.UpdateFrom(settings, config.EnvironmentVariable); err != nil {
		return nil, err
	}
	return configuration, configuration.Validate()
}

// privateFolders lets Felix write where it likes: this process has a mount namespace of its own.
func privateFolders(folders ...string) error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	for _, folder := range folders {
		if err := unix.Mount("tmpfs", folder, "tmpfs", 0, ""); err != nil {
			return fmt.Errorf("mounting %s: %w", folder, err)
		}
	}
	return nil
}

// hold keeps a message of the calculation graph until the flush is complete, and the canary's until the very end.
func (f *felix) hold(message any) {
	if policy, ok := message.(*proto.ActivePolicyUpdate); ok && policy.Id.Tier == canaryTier {
		f.lastHeld = append(f.lastHeld, message)
	} else {
		f.held = append(f.held, message)
	}
}

// flush makes the graph say what follows from its news, and tells the data plane without a pause: it applies what it
// has been told whenever it is told nothing, ten times a second at most.
func (f *felix) flush() {
	f.graph.Flush()
	f.sequencer.Flush()
	messages := append(f.held, f.lastHeld...)
	f.held, f.lastHeld = nil, nil
	for _, message := range messages {
		f.tell(message)
	}
}

func (f *felix) tell(message any) {
	f.ends.note(message)
	if err := f.driver.SendMessage(message); err != nil {
		fmt.Fprintln(os.Stderr, "calico: the data plane takes no message:", err)
		os.Exit(1)
	}
}

// hear reads what the data plane reports.
func (f *felix) hear() {
	for {
		message, err := f.driver.RecvMessage()
		if err != nil {
			return
		}
		f.ends.note(message)
	}
}

func (f *felix) Validate(object json.RawMessage) string {
	return cluster.Validate([]json.RawMessage{object})[0]
}

func (f *felix) Admit(objects []json.RawMessage) (any, []lab.Refusal) {
	updates, refused := read(append(slices.Clone(objects), f.canary.objects()...))
	if !wants(iptables) {
		refused = append(refused, refuseICMPCodes(objects)...)
	}
	return updates, refused
}

func read(objects []json.RawMessage) ([]api.Update, []lab.Refusal) {
	admitted, refused := cluster.Read(objects)
	refusals := make([]lab.Refusal, 0, len(refused))
	for _, one := range refused {
		refusals = append(refusals, lab.Refusal{Index: one.Index, Reason: one.Err.Error()})
	}
	if len(refusals) > 0 {
		return nil, refusals
	}
	updates, err := admitted.Updates()
	if err != nil {
		return nil, []lab.Refusal{{Index: -1, Reason: err.Error()}}
	}
	return updates, nil
}

// Enforce tells the graph what is new, and waits for the packets to obey.
func (f *felix) Enforce(state any) error {
	f.replace(state.([]api.Update))
	f.canary.turn()
	updates, refused := read(f.canary.objects())
	if len(refused) > 0 {
		return fmt.Errorf("the canary is refused: %v", refused)
	}
	f.add(slices.DeleteFunc(updates, isOtherTier))
	f.flush()
	if len(f.ignored) > 0 {
		ignored := f.ignored
		f.ignored = nil
		return fmt.Errorf("felix ignores %v: not valid", ignored)
	}
	return f.settled()
}

// isOtherTier is true of the tiers that Calico makes itself, which come with every reading: the state may have others.
func isOtherTier(update api.Update) bool {
	key, ok := update.Key.(model.TierKey)
	return ok && key.Name != canaryTier
}

// settled is the barrier: the canary's policy goes through everything that the messages before it went through.
func (f *felix) settled() error {
	deadline := time.Now().Add(time.Minute)
	if err := f.canary.sings(f.lab, deadline); err != nil {
		return fmt.Errorf("%w %s", err, f.complaints.first())
	}
	if err := f.ends.up(deadline); err != nil {
		return err
	}
	if heard := f.complaints.first(); heard != "" {
		return fmt.Errorf("felix cannot enforce this: %s", heard)
	}
	return nil
}

// replace makes these everything that the graph knows.
func (f *felix) replace(updates []api.Update) {
	wanted := map[string]bool{}
	for _, update := range updates {
		wanted[update.Key.String()] = true
	}
	f.add(updates)
	var gone []api.Update
	for _, name := range slices.Sorted(maps.Keys(f.known)) {
		if !wanted[name] {
			pair := model.KVPair{Key: f.known[name].Key}
			gone = append(gone, api.Update{KVPair: pair, UpdateType: api.UpdateTypeKVDeleted})
			delete(f.known, name)
		}
	}
	f.filter.OnUpdates(gone)
}

// add tells the graph of what it does not know yet, or knows otherwise.
func (f *felix) add(updates []api.Update) {
	var news []api.Update
	for _, update := range updates {
		name := update.Key.String()
		known, found := f.known[name]
		if found && reflect.DeepEqual(known.Value, update.Value) {
			continue
		}
		if found {
			update.UpdateType = api.UpdateTypeKVUpdated
		}
		f.known[name] = update
		news = append(news, update)
	}
	f.filter.OnUpdates(news)
}

// OnUpdates stands between the validation filter and the graph: Felix goes on without what the filter takes out.
func (f *felix) OnUpdates(updates []api.Update) {
	for _, update := range updates {
		if update.Value == nil && update.UpdateType != api.UpdateTypeKVDeleted {
			f.ignored = append(f.ignored, update.Key.String())
		}
	}
	f.graph.OnUpdates(updates)
}

// OnStatusUpdated passes the state of the datastore on.
func (f *felix) OnStatusUpdated(status api.SyncStatus) { f.graph.OnStatusUpdated(status) }

func (f *felix) HostInterface(namespace, pod string) string {
	return conversion.NewConverter().VethNameForWorkload(namespace, pod)
}

func (f *felix) ProgramsRoutes() bool { return true }

func (f *felix) FlowLog() []string { return f.flowLogs.FlowLog() }

func (f *felix) Canaries() []lab.Pod { return []lab.Pod{canaryPod} }
