// Command calico runs Calico v3.31.0 over real packets: its validator, converters, update processors and calculation
// graph, and Felix's Linux data plane with nftables, in one process and without a datastore. The network namespaces and
// the protocol are those of ../lab. Start it under `unshare -n -m`.
package main

import (
	"fmt"
	"os"
	"runtime"

	"github.com/sirupsen/logrus"

	"cdk8s-intents.test/dataplane/lab"
)

func init() {
	// The first thread stays in the namespace of the node: others are made after its image.
	runtime.LockOSThread()
}

func main() {
	logrus.SetOutput(os.Stderr)
	logrus.SetLevel(logLevel())
	if err := lab.Serve(newFelix(), os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "calico:", err)
		os.Exit(1)
	}
}

// logLevel is LAB_LOG, such as "info" or "debug"; by default Felix says what is fatal only.
func logLevel() logrus.Level {
	if level, err := logrus.ParseLevel(os.Getenv("LAB_LOG")); err == nil {
		return level
	}
	return logrus.FatalLevel
}
