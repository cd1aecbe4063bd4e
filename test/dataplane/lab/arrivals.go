package lab

import (
	"net"
	"regexp"
	"sync"

	"golang.org/x/sys/unix"
)

// arrivals knows which of the datagrams that nobody answers have arrived, by the word in each of them.
type arrivals struct {
	lock    sync.Mutex
	waiting map[string]waiting
}

type waiting struct {
	at      listenKey
	icmp    [2]byte
	arrived chan string
}

func newArrivals() *arrivals { return &arrivals{waiting: map[string]waiting{}} }

var wordPattern = regexp.MustCompile(`lab-word-[0-9a-f]{16}`)

// expect says where a word has to arrive, and in ICMP with which type and code.
func (a *arrivals) expect(word string, at listenKey, icmp [2]byte) <-chan string {
	a.lock.Lock()
	defer a.lock.Unlock()
	arrived := make(chan string, 1)
	a.waiting[word] = waiting{at, icmp, arrived}
	return arrived
}

func (a *arrivals) forget(word string) {
	a.lock.Lock()
	defer a.lock.Unlock()
	delete(a.waiting, word)
}

// take reads what arrives at a raw socket. An ICMP error quotes the packet that it is about, with its word: that is not
// an arrival, hence the look at type and place.
func (a *arrivals) take(at listenKey, packets net.PacketConn) {
	buffer := make([]byte, 2048)
	for {
		size, remote, err := packets.ReadFrom(buffer)
		if err != nil {
			return
		}
		word := string(wordPattern.Find(buffer[:size]))
		a.lock.Lock()
		one, known := a.waiting[word]
		a.lock.Unlock()
		if !known || one.at != at {
			continue
		}
		isICMP := at.protocol == unix.IPPROTO_ICMP || at.protocol == unix.IPPROTO_ICMPV6
		if isICMP && (buffer[0] != one.icmp[0] || buffer[1] != one.icmp[1]) {
			continue
		}
		select {
		case one.arrived <- remote.String():
		default:
		}
	}
}
