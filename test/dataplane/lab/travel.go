package lab

import (
	"fmt"
	"runtime"
	"sync"

	"github.com/vishvananda/netns"
)

// travellers are threads that go into network namespaces to do things there. A socket stays in the namespace in which
// it was made, whoever uses it afterwards.
type travellers struct {
	jobs chan journey
}

type journey struct {
	to   netns.NsHandle
	do   func() error
	done func(error)
}

func newTravellers(number int) *travellers {
	t := &travellers{jobs: make(chan journey)}
	for range number {
		go t.travel()
	}
	return t
}

// travel never unlocks its thread: no other goroutine may come upon a thread that is somewhere else.
func (t *travellers) travel() {
	runtime.LockOSThread()
	for one := range t.jobs {
		// Not to be saved where the last journey had the same handle: numbers of handles come round.
		if err := netns.Set(one.to); err != nil {
			one.done(fmt.Errorf("entering a network namespace: %w", err))
			continue
		}
		one.done(one.do())
	}
}

// do runs something inside a namespace and waits for it.
func (t *travellers) do(to netns.NsHandle, do func() error) error {
	result := make(chan error, 1)
	t.jobs <- journey{to, do, func(err error) { result <- err }}
	return <-result
}

// all runs many things, each in its namespace, as many at once as there are travellers, and waits for all of them.
func (t *travellers) all(journeys []journey) error {
	var wait sync.WaitGroup
	var lock sync.Mutex
	var first error
	wait.Add(len(journeys))
	for _, one := range journeys {
		one.done = func(err error) {
			lock.Lock()
			defer lock.Unlock()
			if first == nil {
				first = err
			}
			wait.Done()
		}
		t.jobs <- one
	}
	wait.Wait()
	return first
}

func (t *travellers) stop() { close(t.jobs) }

// newNamespace makes a network namespace that lives as long as the handle is open.
func newNamespace() (netns.NsHandle, error) {
	type made struct {
		handle netns.NsHandle
		err    error
	}
	result := make(chan made, 1)
	go func() {
		// The thread ends with the goroutine.
		runtime.LockOSThread()
		handle, err := netns.New()
		result <- made{handle, err}
	}()
	one := <-result
	return one.handle, one.err
}
