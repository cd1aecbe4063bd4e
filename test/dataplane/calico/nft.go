package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// shim stands in for nft. Up to version 1.0.6, which Debian 12 has, nft ends with "BUG: unhandled op 2" when a rule is
// replaced by one with a set of ranges ("tcp dport { 80, 100-110 }"). Felix then tries in vain, deletes its whole table
// (and with it all policies) and panics. An insertion before the rule and a
// deletion of the rule, in one transaction, are the same.
const shim = `#!/bin/sh
case "$*" in
*"-f -"*)
  sed -E 's/^replace rule (\S+ \S+ \S+) handle ([0-9]+) (.*)$/insert rule \1 handle \2 \3\ndelete rule \1 handle \2/' |
    exec %[1]s "$@" ;;
*) exec %[1]s "$@" ;;
esac
`

// shadowNft puts the shim before nft for this process and its children. The folder is private to them.
func shadowNft(folder string) error {
	nft, err := exec.LookPath("nft")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	path := filepath.Join(folder, "nft")
	if err := os.WriteFile(path, fmt.Appendf(nil, shim, nft), 0o755); err != nil {
		return err
	}
	return os.Setenv("PATH", folder+":"+os.Getenv("PATH"))
}
