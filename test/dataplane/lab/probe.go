package lab

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// patience is how long a packet may take. A denied one is refused at once where the engine rejects, so that only
// packets that vanish cost it.
var patience = 5 * time.Second

// BePatient is for engines that drop what they deny, so that each denial costs all patience; before Serve.
func BePatient(time time.Duration) { patience = time }

// errDenied is what an end sees of a packet that does not pass.
var errDenied = errors.New("denied")

// trip is a probe with the rooms it goes between.
type trip struct {
	probe    Probe
	from, to netip.Addr
	start    *room
	// ends are who may answer: more than one behind a Service.
	ends []netip.AddrPort
}

// probe sends packets and says what became of each.
func (l *Lab) probe(probes []Probe) ([]Result, error) {
	results := make([]Result, len(probes))
	trips := make([]trip, len(probes))
	for index, probe := range probes {
		var err error
		if trips[index], err = l.plan(probe); err != nil {
			results[index] = Result{Verdict: failed, Reason: err.Error()}
		}
	}
	if err := l.forgetConnections(); err != nil {
		return nil, err
	}
	if err := l.sendAtOnce(trips, results); err != nil {
		return nil, err
	}
	return results, l.sendOneByOne(trips, results)
}

// sendAtOnce sends what the kernel can tell apart from everything else.
func (l *Lab) sendAtOnce(trips []trip, results []Result) error {
	var journeys []journey
	for start, indexes := range byStart(trips, results) {
		journeys = append(journeys, journey{to: start.handle, do: func() error {
			for _, index := range indexes {
				results[index] = l.send(trips[index])
			}
			return nil
		}})
	}
	return l.travellers.all(journeys)
}

// sendOneByOne sends the rest: of a protocol without ports that it knows, the kernel remembers two addresses only, so
// that a packet after one the other way would be taken for an answer.
func (l *Lab) sendOneByOne(trips []trip, results []Result) error {
	for index, one := range trips {
		if results[index].Verdict != "" {
			continue
		}
		if err := l.forgetConnections(); err != nil {
			return err
		}
		err := l.travellers.do(one.start.handle, func() error {
			results[index] = l.send(one)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (p Probe) hasConnectionsOfItsOwn() bool {
	return p.Protocol == unix.IPPROTO_TCP || p.Protocol == unix.IPPROTO_UDP ||
		p.Protocol == unix.IPPROTO_ICMP && p.Port == 8<<8 || p.Protocol == unix.IPPROTO_ICMPV6 && p.Port == 128<<8
}

// Probe sends one packet on behalf of an engine.
func (l *Lab) Probe(probe Probe) (Result, error) {
	results, err := l.probe([]Probe{probe})
	if err != nil {
		return Result{}, err
	}
	return results[0], nil
}

// byStart shares the probes out, so that each journey stays in one room.
func byStart(trips []trip, results []Result) map[*room][]int {
	shares := map[*room][]int{}
	for index, one := range trips {
		if results[index].Verdict == "" && one.probe.hasConnectionsOfItsOwn() {
			shares[one.start] = append(shares[one.start], index)
		}
	}
	return shares
}

// plan finds the ends of a probe and makes the far end answer.
func (l *Lab) plan(probe Probe) (trip, error) {
	from, err := netip.ParseAddr(probe.From)
	if err != nil {
		return trip{}, err
	}
	to, err := netip.ParseAddr(probe.To)
	if err != nil {
		return trip{}, err
	}
	if from.Is4() != to.Is4() {
		return trip{}, errors.New("the addresses are of different families")
	}
	start := l.owners[from]
	if start == nil {
		return trip{}, fmt.Errorf("nobody here has the address %s", from)
	}
	planned := trip{probe: probe, from: from, to: to, start: start}
	ends, isService := l.services[serviceKey{to, probe.Protocol, probe.Port}]
	if !isService {
		ends = []netip.AddrPort{netip.AddrPortFrom(to, uint16(probe.Port))}
	}
	for _, end := range ends {
		at := l.owners[end.Addr()]
		if at == nil {
			return trip{}, fmt.Errorf("nobody here has the address %s", end.Addr())
		}
		if at == start {
			return trip{}, errors.New("both ends are in one network namespace, where no engine sees the packet")
		}
		if err := l.listen(at, end.Addr(), probe.Protocol, int(end.Port())); err != nil {
			return trip{}, err
		}
	}
	planned.ends = ends
	return planned, nil
}

// send runs in the room where the packet begins.
func (l *Lab) send(one trip) Result {
	var result Result
	var err error
	switch one.probe.Protocol {
	case unix.IPPROTO_TCP:
		result, err = converse(one, unix.SOCK_STREAM)
	case unix.IPPROTO_UDP:
		result, err = converse(one, unix.SOCK_DGRAM)
	default:
		result, err = l.throw(one)
	}
	if errors.Is(err, errDenied) {
		return Result{Verdict: deny, Reason: reasonOf(err)}
	}
	if err != nil {
		return Result{Verdict: failed, Reason: err.Error()}
	}
	return result
}

func reasonOf(err error) string {
	return strings.TrimPrefix(err.Error(), errDenied.Error()+": ")
}

// converse sends a line over TCP or UDP and reads it back.
func converse(one trip, kind int) (Result, error) {
	fd, err := dial(one, kind)
	if err != nil {
		return Result{}, err
	}
	defer unix.Close(fd)
	return ask(fd, one, kind, newWord())
}

func dial(one trip, kind int) (int, error) {
	fd, err := openSocket(kind, 0, one.from, 0)
	if err != nil {
		return -1, err
	}
	if err := connectSocket(fd, sockaddr(one.to, one.probe.Port), time.Now().Add(patience)); err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

func ask(fd int, one trip, kind int, word string) (Result, error) {
	if err := writeAll(fd, []byte(word+"\n")); err != nil {
		return Result{}, err
	}
	text, err := readLine(fd, time.Now().Add(patience))
	if err != nil {
		if kind == unix.SOCK_STREAM && errors.Is(err, errDenied) {
			// The handshake passed both ways: a policy that judges connections has let it through.
			return Result{}, fmt.Errorf("connected, but no answer: %s", reasonOf(err))
		}
		return Result{}, err
	}
	words := strings.Fields(text)
	if len(words) != 3 || words[0] != word {
		return Result{}, fmt.Errorf("a strange answer: %q", text)
	}
	return arrived(one, words[1], words[2])
}

// arrived checks that the right end has answered.
func arrived(one trip, seenFrom, answeredBy string) (Result, error) {
	client, err := netip.ParseAddrPort(seenFrom)
	if err != nil {
		return Result{}, err
	}
	server, err := netip.ParseAddrPort(answeredBy)
	if err != nil {
		return Result{}, err
	}
	for _, end := range one.ends {
		if end == server {
			return Result{Verdict: allow, SeenFrom: client.Addr().String(), AnsweredBy: answeredBy}, nil
		}
	}
	return Result{}, fmt.Errorf("%s answered, which is none of %v", answeredBy, one.ends)
}

// forgetConnections makes the kernel judge every probe as a new connection: source ports come round. While somebody
// keeps a connection open it is left alone.
func (l *Lab) forgetConnections() error {
	if l.connections.any() {
		return nil
	}
	return l.travellers.do(l.node.handle, func() error { return netlink.ConntrackTableFlush(netlink.ConntrackTable) })
}

func newWord() string { return fmt.Sprintf("lab-word-%016x", rand.Uint64()) }
