package lab

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"time"

	"golang.org/x/sys/unix"
)

// protocolSCTP is not in unix's list under this name everywhere.
const protocolSCTP = 132

// throw sends one datagram of a protocol that has no answer, and watches the other end for it.
func (l *Lab) throw(one trip) (Result, error) {
	fd, err := openSocket(unix.SOCK_RAW, one.probe.Protocol, one.from, 0)
	if err != nil {
		return Result{}, err
	}
	defer unix.Close(fd)
	// With this, a raw socket hears of the refusals on the way.
	if one.from.Is4() {
		err = unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_RECVERR, 1)
	} else {
		err = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_RECVERR, 1)
	}
	if err != nil {
		return Result{}, err
	}
	if err := connectSocket(fd, sockaddr(one.to, 0), time.Now().Add(patience)); err != nil {
		return Result{}, err
	}
	word := newWord()
	end := one.ends[0]
	at := listenKey{room: l.owners[end.Addr()], address: end.Addr(), protocol: one.probe.Protocol}
	landed := l.arrivals.expect(word, at, [2]byte{byte(one.probe.Port >> 8), byte(one.probe.Port)})
	defer l.arrivals.forget(word)
	if err := writeAll(fd, datagram(one, word)); err != nil {
		return Result{}, err
	}
	return watch(fd, landed)
}

// watch waits until the datagram has landed or a refusal is back.
func watch(fd int, landed <-chan string) (Result, error) {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		select {
		case from := <-landed:
			return Result{Verdict: allow, SeenFrom: from}, nil
		default:
		}
		polled := []unix.PollFd{{Fd: int32(fd), Events: 0}}
		if count, err := unix.Poll(polled, 1); err == nil && count > 0 && polled[0].Revents&unix.POLLERR != 0 {
			if err := pending(fd); err != nil {
				return Result{}, err
			}
			// Errors also lie in a queue of their own, which is not empty.
			return Result{}, fmt.Errorf("%w: refused on the way", errDenied)
		}
	}
	return Result{}, fmt.Errorf("%w: it did not arrive", errDenied)
}

func datagram(one trip, word string) []byte {
	switch one.probe.Protocol {
	case unix.IPPROTO_ICMP, unix.IPPROTO_ICMPV6:
		return icmp(one.probe, word)
	case protocolSCTP:
		return sctp(one.probe.Port, word)
	case unix.IPPROTO_UDPLITE, unix.IPPROTO_DCCP:
		return append(ports(one.probe.Port), word...)
	default:
		// Nothing that connection tracking could take for a header that it knows, as that of GRE.
		return append(make([]byte, 8), word...)
	}
}

// icmp has an identifier and a sequence number in its second word, as an echo request does.
func icmp(probe Probe, word string) []byte {
	packet := make([]byte, 8, 8+len(word))
	packet[0], packet[1] = byte(probe.Port>>8), byte(probe.Port)
	binary.BigEndian.PutUint16(packet[4:], uint16(rand.Uint32()))
	packet = append(packet, word...)
	if probe.Protocol == unix.IPPROTO_ICMP {
		// The kernel fills it in for ICMPv6 only.
		binary.BigEndian.PutUint16(packet[2:], checksum(packet))
	}
	return packet
}

func checksum(data []byte) uint16 {
	var sum uint32
	for index := 0; index < len(data); index += 2 {
		two := uint32(data[index]) << 8
		if index+1 < len(data) {
			two |= uint32(data[index+1])
		}
		sum += two
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}

// sctp is an INIT, with the word in a parameter that receivers skip.
func sctp(port int, word string) []byte {
	packet := ports(port)
	packet = binary.BigEndian.AppendUint32(packet, 0) // verification tag: 0 in an INIT
	packet = binary.BigEndian.AppendUint32(packet, 0) // checksum, below
	chunk := binary.BigEndian.AppendUint32(nil, rand.Uint32()|1)
	chunk = binary.BigEndian.AppendUint32(chunk, 65536)
	chunk = append(chunk, 0, 1, 0, 1)
	chunk = binary.BigEndian.AppendUint32(chunk, rand.Uint32())
	value := append([]byte(word), make([]byte, (4-len(word)%4)%4)...)
	chunk = binary.BigEndian.AppendUint16(chunk, 0x8fff)
	chunk = binary.BigEndian.AppendUint16(chunk, uint16(4+len(value)))
	chunk = append(chunk, value...)
	packet = append(packet, 1, 0)
	packet = binary.BigEndian.AppendUint16(packet, uint16(4+len(chunk)))
	packet = append(packet, chunk...)
	sum := crc32.Checksum(packet, crc32.MakeTable(crc32.Castagnoli))
	binary.LittleEndian.PutUint32(packet[8:], sum)
	return packet
}

// ports is how every transport protocol begins.
func ports(destination int) []byte {
	packet := binary.BigEndian.AppendUint16(nil, uint16(49152+rand.IntN(16384)))
	return binary.BigEndian.AppendUint16(packet, uint16(destination))
}
