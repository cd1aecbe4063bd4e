// Controlplane is a Kubernetes control plane in one program, for tests: "controlplane etcd", "controlplane
// kube-apiserver" and "controlplane kube-controller-manager" each run one part, the last two with the flags of the
// originals, whose code they are. There is no scheduler, no kubelet and no node.
//
// Each part ends when its standard input does, so that nothing outlives the test that started it, however that ends.
package main

import (
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata"

	"go.etcd.io/etcd/server/v3/embed"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
)

func main() {
	if len(os.Args) < 2 {
		fail(fmt.Errorf("say which part to run: etcd, kube-apiserver or kube-controller-manager"))
	}
	part := os.Args[1]
	os.Args = append([]string{part}, os.Args[2:]...)
	go endWithStandardInput()
	switch part {
	case "etcd":
		runEtcd()
	case "kube-apiserver":
		os.Exit(cli.Run(apiserver.NewAPIServerCommand()))
	case "kube-controller-manager":
		os.Exit(cli.Run(controllermanager.NewControllerManagerCommand()))
	default:
		fail(fmt.Errorf("there is no part %q", part))
	}
}

// runEtcd serves clients at one address until it is told to end. Nothing is ever flushed to the disk: the data need
// not outlive the machine, and tests write a lot.
func runEtcd() {
	data := flag.String("data-dir", "", "folder of the database")
	clients := flag.String("client-url", "", "where the API server connects to")
	peers := flag.String("peer-url", "", "where other members would connect to")
	flag.Parse()

	config := embed.NewConfig()
	config.Dir = *data
	config.Name = "test"
	config.UnsafeNoFsync = true
	config.LogLevel = "warn"
	config.ListenClientUrls = []url.URL{parse(*clients)}
	config.AdvertiseClientUrls = config.ListenClientUrls
	config.ListenPeerUrls = []url.URL{parse(*peers)}
	config.AdvertisePeerUrls = config.ListenPeerUrls
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	server, err := embed.StartEtcd(config)
	if err != nil {
		fail(err)
	}
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM, syscall.SIGINT)
	select {
	case <-asked:
		server.Close()
	case err := <-server.Err():
		fail(err)
	}
}

func parse(address string) url.URL {
	parsed, err := url.Parse(address)
	if err != nil {
		fail(err)
	}
	return *parsed
}

func endWithStandardInput() {
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
