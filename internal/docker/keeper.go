package docker

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/agenta-ai/conform/internal/docker/wire"
)

// keeper is the running program that owns the containers.
type keeper struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   *json.Decoder
	said  tail          // its stderr
	over  chan struct{} // closed when it said its last
	write sync.Mutex

	closed    bool  // it has said that everything is removed; read after over
	failure   error // what it could not do
	sandboxes int   // how many it says it gave away
}

// startKeeper starts it away from the terminal, whose signals are for conform.
func startKeeper(path string, log *slog.Logger) (*keeper, error) {
	k := &keeper{cmd: exec.Command(path), over: make(chan struct{})}
	detach(k.cmd)
	// Settings of the library that starts containers are not for this run.
	k.cmd.Env = []string{"HOME=/nonexistent", "PATH=/usr/bin:/bin", "CONFORM_OWNER=" + strconv.Itoa(os.Getpid())}
	k.said.log = log
	k.cmd.Stderr = &k.said
	k.cmd.WaitDelay = time.Second
	var err error
	if k.in, err = k.cmd.StdinPipe(); err != nil {
		return nil, fmt.Errorf("start the keeper: %w", err)
	}
	out, err := k.cmd.StdoutPipe()
	if err == nil {
		err = k.cmd.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("start the keeper: %w", err)
	}
	k.out = json.NewDecoder(bufio.NewReaderSize(out, 1<<20))
	return k, nil
}

func (k *keeper) say(m wire.ToKeeper) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	k.write.Lock()
	defer k.write.Unlock()
	if _, err := k.in.Write(append(text, '\n')); err != nil {
		return fmt.Errorf("speak to the keeper: %w", err)
	}
	return nil
}

func (k *keeper) hear() (m wire.FromKeeper, err error) {
	return m, k.out.Decode(&m)
}

// ended says how the keeper ended, after its last word.
func (k *keeper) ended() string {
	err := k.cmd.Wait()
	close(k.over)
	text := "the keeper of the containers ended"
	if err != nil {
		text += ": " + err.Error()
	}
	if last := k.said.last(); last != "" {
		text += ": " + last
	}
	return text
}

// patience is how long a keeper may take to remove everything.
const patience = 2 * time.Minute

// close lets the keeper remove everything and waits for its end.
func (k *keeper) close() error {
	_ = k.say(wire.ToKeeper{Close: true}) // a keeper that is dead is seen below
	_ = k.in.Close()
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case <-k.over:
	case <-late.C:
		_ = k.cmd.Process.Kill()
		<-k.over
	}
	switch {
	case k.failure != nil && !k.closed:
		return k.failure
	case !k.closed:
		return errors.New("it ended without a word")
	}
	return k.failure
}

// tail keeps the last line of a log and hands all of it on.
type tail struct {
	log *slog.Logger

	mu   sync.Mutex
	line string
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for line := range strings.Lines(string(p)) {
		if line = strings.TrimSpace(line); line != "" {
			t.line = line
			t.log.Info("keeper", "says", line)
		}
	}
	return len(p), nil
}

func (t *tail) last() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.line
}
