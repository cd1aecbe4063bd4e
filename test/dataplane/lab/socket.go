package lab

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// connectSocket connects a socket that does not block.
func connectSocket(fd int, to unix.Sockaddr, deadline time.Time) error {
	err := unix.Connect(fd, to)
	if err == nil {
		return nil
	}
	if err != unix.EINPROGRESS && err != unix.EINTR {
		return judged(err)
	}
	// A refusal that comes while the call above still holds the socket is only noted, and the kernel tries again after a
	// second: hence the look at it between short waits.
	for wait := time.Millisecond; ; wait *= 2 {
		if err := pending(fd); err != nil {
			return err
		}
		short := time.Now().Add(wait)
		if short.After(deadline) {
			short = deadline
		}
		err := await(fd, unix.POLLOUT, short)
		if err == nil {
			return pending(fd)
		}
		if !errors.Is(err, errSilence) || time.Now().After(deadline) {
			return err
		}
	}
}

// errSilence is a denial that nobody has spoken out.
var errSilence = fmt.Errorf("%w: nothing came back", errDenied)

// pending is the error that waits at a socket.
func pending(fd int) error {
	number, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
	if err != nil {
		return err
	}
	if number != 0 {
		return judged(unix.Errno(number))
	}
	return nil
}

// judged tells errors that a filter makes from others. A listener is always there, so that a refusal is a filter's.
func judged(err error) error {
	switch err {
	case unix.ECONNREFUSED, unix.EHOSTUNREACH, unix.ENETUNREACH, unix.EACCES, unix.EPERM, unix.ECONNRESET:
		return fmt.Errorf("%w: %w", errDenied, err)
	default:
		return err
	}
}

// await polls a socket; the signals of Go's scheduler interrupt it.
func await(fd int, events int16, deadline time.Time) error {
	for {
		left := time.Until(deadline)
		if left <= 0 {
			return errSilence
		}
		polled := []unix.PollFd{{Fd: int32(fd), Events: events}}
		count, err := unix.Poll(polled, int(left/time.Millisecond)+1)
		if err == unix.EINTR || (err == nil && count == 0) {
			continue
		}
		return err
	}
}

func writeAll(fd int, data []byte) error {
	if _, err := unix.Write(fd, data); err != nil {
		return judged(err)
	}
	return nil
}

// readLine reads up to the end of a line.
func readLine(fd int, deadline time.Time) (string, error) {
	var line []byte
	buffer := make([]byte, 2048)
	for !bytes.HasSuffix(line, []byte("\n")) {
		if err := await(fd, unix.POLLIN, deadline); err != nil {
			return "", err
		}
		size, err := unix.Read(fd, buffer)
		if err == unix.EAGAIN || err == unix.EINTR {
			continue
		}
		if err != nil {
			return "", judged(err)
		}
		if size == 0 {
			return "", fmt.Errorf("the other end closed")
		}
		line = append(line, buffer[:size]...)
	}
	return string(line), nil
}
