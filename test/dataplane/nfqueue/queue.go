package main

import (
	"context"
	"fmt"
	"sync/atomic"

	nfqueue "github.com/florianl/go-nfqueue/v2"
	"sigs.k8s.io/kube-network-policies/pkg/network"
	"sigs.k8s.io/kube-network-policies/pkg/networkpolicy"
)

const (
	queueNumber = 100
	// deniedMark is what the engine leaves on a packet for the rules behind the queue to refuse.
	deniedMark = 0x2
	// headerBytes of a packet are all that the engine looks at; the number is that of its own data plane.
	headerBytes = 128
)

// Queue asks the engine about each packet that the kernel hands over.
type Queue struct {
	engine atomic.Pointer[networkpolicy.PolicyEngine]
	nfq    *nfqueue.Nfqueue
	failed atomic.Pointer[error]
}

// openQueue begins to answer the kernel, in the network namespace of the calling thread. Without an engine every
// packet passes.
func openQueue(ctx context.Context) (*Queue, error) {
	nfq, err := nfqueue.Open(&nfqueue.Config{
		NfQueue:      queueNumber,
		Flags:        nfqueue.NfQaCfgFlagGSO,
		MaxPacketLen: headerBytes,
		MaxQueueLen:  8192,
		Copymode:     nfqueue.NfQnlCopyPacket,
	})
	if err != nil {
		return nil, fmt.Errorf("opening queue %d: %w", queueNumber, err)
	}
	queue := &Queue{nfq: nfq}
	if err := nfq.RegisterWithErrorFunc(ctx, queue.answer, queue.fail); err != nil {
		return nil, fmt.Errorf("registering at queue %d: %w", queueNumber, err)
	}
	return queue, nil
}

// use makes this the engine for all packets from now on.
func (q *Queue) use(engine *networkpolicy.PolicyEngine) { q.engine.Store(engine) }

// err is why the queue no longer answers; nil while it does.
func (q *Queue) err() error {
	if failed := q.failed.Load(); failed != nil {
		return *failed
	}
	return nil
}

func (q *Queue) answer(packet nfqueue.Attribute) int {
	allowed, err := q.allows(packet.Payload)
	if err == nil && allowed {
		err = q.nfq.SetVerdict(*packet.PacketID, nfqueue.NfAccept)
	} else if err == nil {
		err = q.nfq.SetVerdictWithMark(*packet.PacketID, nfqueue.NfAccept, deniedMark)
	}
	if err != nil {
		q.fail(err)
	}
	return 0
}

func (q *Queue) allows(payload *[]byte) (bool, error) {
	engine := q.engine.Load()
	if engine == nil || payload == nil {
		return true, nil
	}
	packet, err := network.ParsePacket(*payload)
	if err != nil {
		// The project's default for what it cannot read (`--fail-open`).
		return true, nil
	}
	return engine.EvaluatePacket(context.Background(), &packet)
}

func (q *Queue) fail(err error) int {
	q.failed.CompareAndSwap(nil, &err)
	return 0
}
