// Command tools writes flow records by the code of the tools whose logs intents import reads: one argument names the
// log. What is put in is ours; every byte of the lines is theirs. The test beside it holds the readers against them.
package main

import (
	"fmt"
	"os"
	"time"
)

// When everything here happens.
var moment = time.Date(2026, 1, 31, 12, 0, 0, 123456789, time.UTC)

var logs = map[string]func() error{
	"coredns-common":   func() error { return coredns(commonFormat) },
	"coredns-combined": func() error { return coredns(combinedFormat) },
	"dnstap-json":      dnstapJSON,
	"dnstap-text":      dnstapText,
	"gadget":           gadget,
	"hubble-exporter":  hubbleExporter,
	"hubble-json":      hubbleJSON,
	"hubble-jsonpb":    hubbleJSONPB,
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(words []string) error {
	if len(words) == 1 {
		if write, known := logs[words[0]]; known {
			return write()
		}
	}
	return fmt.Errorf("name one log: coredns-common, coredns-combined, dnstap-json, dnstap-text, gadget, hubble-exporter, hubble-json or hubble-jsonpb")
}
