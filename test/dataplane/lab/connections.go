package lab

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// connections are those that stay open while clusters change.
type connections struct {
	lock sync.Mutex
	// speakers are the far ends of every conversation, by both addresses as the far end sees them.
	speakers map[string]func(string) error
	open     map[int]connection
	last     int
}

type connection struct {
	fd   int
	kind int
	trip trip
	ends string
}

// keep begins the words of connections that stay open: whoever answers over UDP has to remember whom.
const keep = "keep-"

func newConnections() *connections {
	return &connections{speakers: map[string]func(string) error{}, open: map[int]connection{}}
}

func (c *connections) any() bool { return len(c.open) > 0 }

func (c *connections) serverOpened(ends string, speak func(string) error) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.speakers[ends] = speak
}

func (c *connections) serverClosed(ends string) {
	c.lock.Lock()
	defer c.lock.Unlock()
	delete(c.speakers, ends)
}

func (c *connections) speaker(ends string) func(string) error {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.speakers[ends]
}

// connect opens a connection and keeps it.
func (l *Lab) connect(probe Probe) (map[string]any, error) {
	kinds := map[int]int{unix.IPPROTO_TCP: unix.SOCK_STREAM, unix.IPPROTO_UDP: unix.SOCK_DGRAM}
	kind, able := kinds[probe.Protocol]
	if !able {
		return nil, errors.New("only TCP and UDP have connections to keep open")
	}
	one, err := l.plan(probe)
	if err != nil {
		return nil, err
	}
	kept := connection{fd: -1, kind: kind, trip: one}
	var result Result
	err = l.travellers.do(one.start.handle, func() error {
		kept.fd, err = dial(one, kind)
		if err == nil {
			result, kept.ends, err = askAbout(kept)
		}
		return err
	})
	if err != nil {
		if kept.fd >= 0 {
			unix.Close(kept.fd)
		}
		return map[string]any{"result": verdictOf(err)}, nil
	}
	l.connections.last++
	l.connections.open[l.connections.last] = kept
	return map[string]any{"result": result, "connection": l.connections.last}, nil
}

func askAbout(kept connection) (Result, string, error) {
	result, err := ask(kept.fd, kept.trip, kept.kind, keep+newWord())
	if err != nil {
		return Result{}, "", err
	}
	local, err := unix.Getsockname(kept.fd)
	if err != nil {
		return Result{}, "", err
	}
	return result, joinHostPort(result.SeenFrom, portOf(local)) + " " + result.AnsweredBy, nil
}

func joinHostPort(host string, port int) string {
	for _, letter := range host {
		if letter == ':' {
			return fmt.Sprintf("[%s]:%d", host, port)
		}
	}
	return fmt.Sprintf("%s:%d", host, port)
}

func portOf(address unix.Sockaddr) int {
	switch address := address.(type) {
	case *unix.SockaddrInet4:
		return address.Port
	case *unix.SockaddrInet6:
		return address.Port
	default:
		return 0
	}
}

func verdictOf(err error) Result {
	if errors.Is(err, errDenied) {
		return Result{Verdict: deny, Reason: reasonOf(err)}
	}
	return Result{Verdict: failed, Reason: err.Error()}
}

// exchange sends one message on an open connection. Silence is a denial here: the connection has answered before.
func (l *Lab) exchange(number int, speaker string) (Result, error) {
	kept, found := l.connections.open[number]
	if !found {
		return Result{}, fmt.Errorf("there is no connection %d", number)
	}
	if speaker == "server" {
		return l.listenTo(kept)
	}
	result, _, err := askAbout(kept)
	if err != nil {
		return Result{Verdict: deny, Reason: reasonOf(err)}, nil
	}
	return result, nil
}

func (l *Lab) listenTo(kept connection) (Result, error) {
	speak := l.connections.speaker(kept.ends)
	if speak == nil {
		return Result{Verdict: deny, Reason: "the other end has closed"}, nil
	}
	word := newWord()
	if err := speak(word + "\n"); err != nil {
		return Result{Verdict: deny, Reason: err.Error()}, nil
	}
	for deadline := time.Now().Add(patience); ; {
		text, err := readLine(kept.fd, deadline)
		if err != nil {
			return Result{Verdict: deny, Reason: reasonOf(err)}, nil
		}
		if text == word+"\n" {
			return Result{Verdict: allow}, nil
		}
	}
}

func (l *Lab) closeConnections() int {
	closed := len(l.connections.open)
	for _, one := range l.connections.open {
		unix.Close(one.fd)
	}
	l.connections.open = map[int]connection{}
	return closed
}
