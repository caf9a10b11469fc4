package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"time"

	"github.com/agenta-ai/conform/internal/companion"
	"github.com/agenta-ai/conform/internal/pidist"
)

// tries is how often a start is measured; the median counts.
const tries = 5

// starts prints how long each Pi takes from its start to its first answer. Real
// ones are measured if they are in the cache; nothing is installed for it.
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
	for range tries {
		d, err := b.answer(ctx, command)
		if err != nil {
			return fmt.Errorf("start of %s Pi: %w", name, err)
		}
		took = append(took, d)
	}
	slices.Sort(took)
	fmt.Fprintf(b.out, "start      %-12s %8.1fms to the first answer (median of %d)\n", name, float64(took[tries/2].Microseconds())/1000, tries)
	return nil
}

// answer is the time from the start of a Pi to its first answer.
func (b *bench) answer(ctx context.Context, command []string) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	home, err := os.MkdirTemp(b.dir, "home-")
	if err != nil {
		return 0, err
	}
	cmd := exec.CommandContext(ctx, command[0], append(slices.Clone(command[1:]), "--mode", "rpc", "--no-session")...)
	cmd.Dir = home
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "PI_CODING_AGENT_DIR=" + home, "PI_OFFLINE=1"}
	in, err := cmd.StdinPipe()
	if err != nil {
		return 0, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	fmt.Fprintln(in, `{"id":"1","type":"get_state"}`) // a Pi that is gone shows in the read
	_, err = bufio.NewReader(out).ReadString('\n')
	took := time.Since(start)
	in.Close()
	_, _ = io.Copy(io.Discard, out)
	if waited := cmd.Wait(); err == nil {
		err = waited
	}
	return took, err
}
