package lab

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// listenKey is a socket that answers: for TCP and UDP on a port, for others for the whole protocol.
type listenKey struct {
	room     *room
	address  netip.Addr
	protocol int
	port     int
}

// listen makes the address answer, and does nothing when it does already.
func (l *Lab) listen(at *room, address netip.Addr, protocol, port int) error {
	key := listenKey{at, address, protocol, port}
	if protocol != unix.IPPROTO_TCP && protocol != unix.IPPROTO_UDP {
		key.port = 0
	}
	if _, listening := l.listeners[key]; listening {
		return nil
	}
	var file *os.File
	err := l.travellers.do(at.handle, func() error {
		var err error
		file, err = openListener(key)
		return err
	})
	if err != nil {
		return fmt.Errorf("listening at %s, protocol %d, port %d: %w", address, protocol, port, err)
	}
	// The net package makes a copy for itself.
	defer file.Close()
	stop, err := l.serve(key, file)
	if err != nil {
		return err
	}
	l.listeners[key] = stop
	return nil
}

func openListener(key listenKey) (*os.File, error) {
	kind := unix.SOCK_RAW
	protocol := key.protocol
	switch key.protocol {
	case unix.IPPROTO_TCP:
		kind, protocol = unix.SOCK_STREAM, 0
	case unix.IPPROTO_UDP:
		kind, protocol = unix.SOCK_DGRAM, 0
	}
	fd, err := openSocket(kind, protocol, key.address, key.port)
	if err != nil {
		return nil, err
	}
	if kind == unix.SOCK_STREAM {
		if err := unix.Listen(fd, 512); err != nil {
			unix.Close(fd)
			return nil, err
		}
	}
	return os.NewFile(uintptr(fd), "listener"), nil
}

// openSocket makes a socket in the namespace of the thread it runs on, with an address and perhaps a port of its own.
func openSocket(kind, protocol int, address netip.Addr, port int) (int, error) {
	family := unix.AF_INET
	if address.Is6() {
		family = unix.AF_INET6
	}
	fd, err := unix.Socket(family, kind|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, protocol)
	if err != nil {
		return -1, err
	}
	if kind == unix.SOCK_RAW {
		port = 0
	}
	err = errors.Join(
		unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1),
		unix.Bind(fd, sockaddr(address, port)),
	)
	if err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

func sockaddr(address netip.Addr, port int) unix.Sockaddr {
	if address.Is4() {
		return &unix.SockaddrInet4{Addr: address.As4(), Port: port}
	}
	return &unix.SockaddrInet6{Addr: address.As16(), Port: port}
}

func (l *Lab) serve(key listenKey, file *os.File) (stop func(), err error) {
	if key.protocol == unix.IPPROTO_TCP {
		listener, err := net.FileListener(file)
		if err != nil {
			return nil, err
		}
		go l.acceptAll(listener)
		return func() { listener.Close() }, nil
	}
	packets, err := net.FilePacketConn(file)
	if err != nil {
		return nil, err
	}
	if key.protocol == unix.IPPROTO_UDP {
		go l.echoAll(packets)
	} else {
		go l.arrivals.take(key, packets)
	}
	return func() { packets.Close() }, nil
}

func (l *Lab) closeListeners(of *room) {
	for key, stop := range l.listeners {
		if key.room == of {
			stop()
			delete(l.listeners, key)
		}
	}
}

func (l *Lab) acceptAll(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go l.answerStream(conn)
	}
}

// answerStream repeats every line, with both addresses as this end sees them.
func (l *Lab) answerStream(conn net.Conn) {
	defer conn.Close()
	ends := conn.RemoteAddr().String() + " " + conn.LocalAddr().String()
	l.connections.serverOpened(ends, func(text string) error {
		_, err := conn.Write([]byte(text))
		return err
	})
	defer l.connections.serverClosed(ends)
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		if _, err := fmt.Fprintf(conn, "%s %s\n", lines.Text(), ends); err != nil {
			return
		}
	}
}

func (l *Lab) echoAll(packets net.PacketConn) {
	buffer := make([]byte, 2048)
	local := packets.LocalAddr().String()
	for {
		size, remote, err := packets.ReadFrom(buffer)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			// An ICMP error about an earlier answer.
			continue
		}
		ends := remote.String() + " " + local
		text := strings.TrimSpace(string(buffer[:size]))
		if strings.HasPrefix(text, keep) {
			l.connections.serverOpened(ends, func(text string) error {
				_, err := packets.WriteTo([]byte(text), remote)
				return err
			})
		}
		_, _ = packets.WriteTo([]byte(text+" "+ends+"\n"), remote)
	}
}
