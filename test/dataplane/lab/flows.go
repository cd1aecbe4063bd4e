package lab

import (
	"bufio"
	"os/exec"
	"sync"
	"time"
)

// recorder is the kernel's record of connections, as conntrack prints it.
type recorder struct {
	command *exec.Cmd
	lock    sync.Mutex
	lines   []string
}

// recorded takes what has been recorded since the last time, and begins to record at the first.
func (l *Lab) recorded() (map[string]any, error) {
	if l.recorder == nil {
		begun, err := record()
		if err != nil {
			return nil, err
		}
		l.recorder = begun
	}
	var log []string
	if logger, able := l.engine.(FlowLogger); able {
		log = logger.FlowLog()
	}
	return map[string]any{"conntrack": l.recorder.take(), "log": orEmpty(log)}, nil
}

func record() (*recorder, error) {
	r := &recorder{command: exec.Command("conntrack", "-E", "-o", "timestamp,extended")}
	out, err := r.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := r.command.Start(); err != nil {
		return nil, err
	}
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			r.lock.Lock()
			r.lines = append(r.lines, lines.Text())
			r.lock.Unlock()
		}
	}()
	// It has no way of saying that it listens.
	time.Sleep(300 * time.Millisecond)
	return r, nil
}

// take waits for the events under way: conntrack prints them as they come.
func (r *recorder) take() []string {
	time.Sleep(200 * time.Millisecond)
	r.lock.Lock()
	defer r.lock.Unlock()
	lines := orEmpty(r.lines)
	r.lines = nil
	return lines
}

func (r *recorder) stop() {
	_ = r.command.Process.Kill()
	_ = r.command.Wait()
}
