// Command calico runs Calico v3.31.0 over real packets: its validator, converters, update processors and calculation
// graph, and Felix's Linux data plane with nftables, in one process and without a datastore. The network namespaces and
// the protocol are those of ../lab. Start it under `unshare -n -m`.
package main

import (
	"fmt"
	"os"
	"runtime"
	"time"

	"cdk8s-intents.test/dataplane/lab"
)

func init() {
	// The first thread stays in the namespace of the node: others are made after its image.
	runtime.LockOSThread()
}

func main() {
	if err := lab.CheckOwnNetwork(); err != nil {
		fmt.Fprintln(os.Stderr, "calico:", err)
		os.Exit(1)
	}
	engine := newFelix()
	if wants(iptables) {
		lab.BePatient(time.Second)
	}
	engine.complaints.listen(os.Getenv("LAB_LOG"))
	if err := lab.Serve(engine, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "calico:", err)
		os.Exit(1)
	}
}
