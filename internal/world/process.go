package world

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// running lists the processes that execute this file. Where there is no /proc
// it finds none.
func running(executable string) []int {
	return processes(func(proc string) bool {
		exe, err := os.Readlink(filepath.Join(proc, "exe"))
		return err == nil && exe == executable
	})
}

// belonging lists the processes that execute a file below dir or whose
// environment speaks of it. Where there is no /proc it finds none; then the
// drivers' process groups are all that can be cleaned up.
func belonging(dir string) []int {
	below := dir + string(filepath.Separator)
	return processes(func(proc string) bool {
		if exe, err := os.Readlink(filepath.Join(proc, "exe")); err == nil && strings.HasPrefix(exe, below) {
			return true
		}
		env, err := os.ReadFile(filepath.Join(proc, "environ"))
		return err == nil && bytes.Contains(env, []byte(below))
	})
}

func processes(match func(proc string) bool) []int {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	var pids []int
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err == nil && pid != os.Getpid() && match(filepath.Join("/proc", e.Name())) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// killAll kills processes, with their groups where they lead one.
func killAll(pids []int) {
	for _, pid := range pids {
		target := pid
		if group, err := syscall.Getpgid(pid); err == nil && group == pid {
			target = -pid
		}
		_ = syscall.Kill(target, syscall.SIGKILL) // gone is as good
	}
}

// gone waits until a process has ended and reports whether it did.
func gone(ctx context.Context, pid int) bool {
	if pid <= 0 {
		return true
	}
	if over, known := awaitExit(ctx, pid); known {
		return over
	}
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for syscall.Kill(pid, 0) == nil {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return false
		}
	}
	return true
}
