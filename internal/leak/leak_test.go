package leak

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

func TestWhatIsLeftIsSeen(t *testing.T) {
	if _, err := os.Stat("/proc/self/net/tcp"); err != nil {
		t.Skip("this machine has no /proc to count in")
	}
	before := Now()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(os.Args[0], "-test.run=TestHelperWaits")
	child.Env = append(os.Environ(), "LEAK_TEST_WAIT=1")
	in, err := child.StdinPipe()
	if err == nil {
		err = child.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	left := Now().Since(before)
	if want := fmt.Sprintf("port %d", l.Addr().(*net.TCPAddr).Port); !slices.Contains(left, want) {
		t.Errorf("%v misses %s", left, want)
	}
	if want := fmt.Sprintf("process %d (", child.Process.Pid); !slices.ContainsFunc(left, func(s string) bool { return strings.HasPrefix(s, want) }) {
		t.Errorf("%v misses %s", left, want)
	}
	l.Close()
	in.Close()
	if err := child.Wait(); err != nil {
		t.Fatal(err)
	}
	if left := Now().Since(before); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// TestHelperWaits is the child.
func TestHelperWaits(t *testing.T) {
	if os.Getenv("LEAK_TEST_WAIT") == "" {
		t.Skip("it is the child of another test")
	}
	os.Stdin.Read(make([]byte, 1))
}
