package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/agenta-ai/conform/internal/companion"
	"github.com/agenta-ai/conform/internal/pidist"
)

// tries is how often a start is measured; the median counts.
const tries = 5

// starts prints how long each Pi takes from its start to its first answer, and
// the memory that it has by then: all that is resident, and what is its own,
// without the pages of its program that every copy shares. Real ones are measured if they are
// in the cache; nothing is installed for it.
func (b *bench) starts(ctx context.Context) error {
	fake, err := b.store.Path(ctx, companion.Pi)
	if err != nil {
		return err
	}
	if err := b.start(ctx, "fake", fake); err != nil {
		return err
	}
	cache, err := pidist.UserCache(nil)
	if err != nil {
		return err
	}
	for _, version := range pidist.Versions() {
		pi, ok := cache.Installed(version)
		if !ok {
			continue
		}
		if err := b.start(ctx, "real "+version, pi.Command...); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) start(ctx context.Context, name string, command ...string) error {
	var took []time.Duration
	var all, own []int64
	for range tries {
		d, mem, err := b.answer(ctx, command)
		if err != nil {
			return fmt.Errorf("start of %s Pi: %w", name, err)
		}
		took, all, own = append(took, d), append(all, mem.resident), append(own, mem.own)
	}
	slices.Sort(took)
	slices.Sort(all)
	slices.Sort(own)
	fmt.Fprintf(b.out, "start      %-12s %8.1fms to the first answer, %6.1f MB resident, %5.1f MB its own (medians of %d)\n",
		name, float64(took[tries/2].Microseconds())/1000, float64(all[tries/2])/1000, float64(own[tries/2])/1000, tries)
	return nil
}

// answer is the time from the start of a Pi to its first answer, and its memory
// then.
func (b *bench) answer(ctx context.Context, command []string) (time.Duration, memory, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	home, err := os.MkdirTemp(b.dir, "home-")
	if err != nil {
		return 0, memory{}, err
	}
	cmd := exec.CommandContext(ctx, command[0], append(slices.Clone(command[1:]), "--mode", "rpc", "--no-session")...)
	cmd.Dir = home
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "PI_CODING_AGENT_DIR=" + home, "PI_OFFLINE=1"}
	in, err := cmd.StdinPipe()
	if err != nil {
		return 0, memory{}, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, memory{}, err
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, memory{}, err
	}
	fmt.Fprintln(in, `{"id":"1","type":"get_state"}`) // a Pi that is gone shows in the read
	_, err = bufio.NewReader(out).ReadString('\n')
	took := time.Since(start)
	mem := memoryOf(cmd.Process.Pid)
	in.Close()
	_, _ = io.Copy(io.Discard, out)
	if waited := cmd.Wait(); err == nil {
		err = waited
	}
	return took, mem, err
}

// memory of a process, in kilobytes; 0 where the system does not tell.
type memory struct{ resident, own int64 }

// memoryOf looks at a running process. The usage that is known after its end
// would not do: it counts the memory of whoever started the process.
func memoryOf(pid int) memory {
	var m memory
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return m
	}
	for line := range strings.Lines(string(text)) {
		name, rest, _ := strings.Cut(line, ":")
		kb, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
		switch {
		case err != nil:
		case name == "VmRSS":
			m.resident = kb
		case name == "RssAnon":
			m.own = kb
		}
	}
	return m
}
