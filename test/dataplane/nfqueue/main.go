// Command nfqueue is a data plane around the policy engine of kubernetes-sigs/kube-network-policies: the kernel hands
// every packet of a new connection over, the engine decides. It speaks the protocol of ../protocol.ts.
package main

import (
	"fmt"
	"os"

	"cdk8s-intents.test/dataplane/lab"
	"k8s.io/klog/v2"
)

func main() {
	klog.SetOutput(os.Stderr)
	if err := lab.CheckOwnNetwork(); err != nil {
		fmt.Fprintln(os.Stderr, "nfqueue:", err)
		os.Exit(1)
	}
	if err := lab.Serve(&Engine{}, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "nfqueue:", err)
		os.Exit(1)
	}
}
