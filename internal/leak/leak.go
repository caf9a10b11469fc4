// Package leak counts what a process holds outside of itself: children and
// ports. Counted before and after a run, the difference is what the run has left
// behind. On machines without /proc nothing can be counted.
package leak

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Held is what this process holds, each in words.
type Held []string

// Now counts.
func Now() Held {
	held := append(children(), ports()...)
	slices.Sort(held)
	return held
}

// Since is what is held now and was not held before.
func (h Held) Since(before Held) Held {
	return slices.DeleteFunc(slices.Clone(h), func(s string) bool { return slices.Contains(before, s) })
}

// children are the running child processes, those included that were handed to
// this process because their parent died.
func children() Held {
	lists, err := filepath.Glob("/proc/self/task/*/children")
	if err != nil {
		return nil
	}
	var held Held
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if err != nil {
			continue // the thread is gone, and had none
		}
		for _, pid := range strings.Fields(string(text)) {
			name, err := os.ReadFile("/proc/" + pid + "/comm")
			if err == nil {
				held = append(held, fmt.Sprintf("process %s (%s)", pid, strings.TrimSpace(string(name))))
			}
		}
	}
	return held
}

// ports are the TCP ports that this process listens on.
func ports() Held {
	own := sockets()
	var held Held
	for _, table := range []string{"/proc/self/net/tcp", "/proc/self/net/tcp6"} {
		f, err := os.Open(table)
		if err != nil {
			continue
		}
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			// sl, local address, remote address, state, ..., inode is the tenth.
			fields := strings.Fields(lines.Text())
			const listening = "0A"
			if len(fields) < 10 || fields[3] != listening || !own[fields[9]] {
				continue
			}
			_, port, _ := strings.Cut(fields[1], ":")
			if n, err := strconv.ParseUint(port, 16, 16); err == nil {
				held = append(held, fmt.Sprintf("port %d", n))
			}
		}
		f.Close()
	}
	return held
}

// sockets are the inodes of this process's sockets.
func sockets() map[string]bool {
	own := map[string]bool{}
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return own
	}
	for _, e := range entries {
		target, err := os.Readlink("/proc/self/fd/" + e.Name())
		if inode, ok := strings.CutPrefix(target, "socket:["); err == nil && ok {
			own[strings.TrimSuffix(inode, "]")] = true
		}
	}
	return own
}
