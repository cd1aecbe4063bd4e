package main

import (
	"io"
	"strings"
	"sync"

	"github.com/sirupsen/logrus"
)

// complaints listens to Felix's log: when it cannot program the kernel it deletes all its rules and tries again, and
// packets that pass meanwhile would be taken for verdicts.
type complaints struct {
	lock  sync.Mutex
	heard string
}

// listen makes Felix log warnings, to nobody unless LAB_LOG names a level.
func (c *complaints) listen(level string) {
	wanted, err := logrus.ParseLevel(level)
	if err != nil {
		logrus.SetOutput(io.Discard)
		wanted = logrus.WarnLevel
	}
	logrus.SetLevel(wanted)
	logrus.AddHook(c)
}

// Levels are those that Fire is told.
func (c *complaints) Levels() []logrus.Level {
	return []logrus.Level{logrus.PanicLevel, logrus.FatalLevel, logrus.ErrorLevel, logrus.WarnLevel}
}

// Fire remembers the first failure to program the kernel.
func (c *complaints) Fire(entry *logrus.Entry) error {
	if !strings.HasPrefix(entry.Message, "Failed to run nft transaction") &&
		!strings.HasPrefix(entry.Message, "Failed to program nftables") &&
		!strings.HasPrefix(entry.Message, "Failed to program iptables") {
		return nil
	}
	text, err := entry.String()
	if err != nil {
		return err
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.heard == "" {
		c.heard = text
	}
	return nil
}

func (c *complaints) first() string {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.heard
}
