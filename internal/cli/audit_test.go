package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/internal/leak"
)

// remains is a backend of which something has stayed.
type remains struct {
	backend
	left []string
	err  error
}

func (r remains) Left(context.Context) ([]string, error) { return r.left, r.err }

func TestAudit(t *testing.T) {
	if _, err := os.Stat("/proc/self/net/tcp"); err != nil {
		t.Skip("this machine has no /proc to count in")
	}
	before := leak.Now()
	if problems := audit(remains{}, before); len(problems) > 0 {
		t.Errorf("nothing is left, and there is %q", problems)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command("sleep", "60")
	if err := child.Start(); err != nil {
		t.Skip("no sleep here: ", err)
	}
	problems := audit(remains{left: []string{"folder /x"}, err: errors.New("no engine")}, before)
	for _, want := range []string{
		"what the run has left cannot be counted: no engine", "left behind: folder /x",
		fmt.Sprintf("left behind: port %d", l.Addr().(*net.TCPAddr).Port), fmt.Sprintf("left behind: process %d (", child.Process.Pid),
	} {
		if !slices.ContainsFunc(problems, func(p string) bool { return strings.HasPrefix(p, want) }) {
			t.Errorf("%q misses %q", problems, want)
		}
	}
	l.Close()
	child.Process.Kill()
	child.Wait()
	if problems := audit(remains{}, before); len(problems) > 0 {
		t.Errorf("everything is gone, and there is %q", problems)
	}
}
