package lab

import (
	"fmt"
	"net"
)

// CheckOwnNetwork says whether this process has a network of its own, in which nothing is up yet. What follows makes links,
// tables and routes and sets limits, so a program that is started by hand without one must not begin.
func CheckOwnNetwork() error {
	links, err := net.Interfaces()
	if err != nil {
		return err
	}
	for _, link := range links {
		if link.Flags&net.FlagUp != 0 {
			return fmt.Errorf("%s is up, so this is a network in use, which would be changed: start with `unshare -n -m`", link.Name)
		}
	}
	return nil
}
