package seal

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain lets the test binary play a program that seals itself.
func TestMain(m *testing.M) {
	play := os.Getenv("SEAL_TEST_PLAY")
	if play == "" {
		os.Exit(m.Run())
	}
	var done bool
	var code int
	var err error
	if os.Getenv("SEAL_TEST_CHILD") != "" && os.Getenv(marker) == "" {
		done, code, err = child(os.Args)
	} else {
		done, code, err = Exec(os.Args)
	}
	if done {
		os.Exit(code)
	}
	fmt.Println("state:", State(), "err:", err, "args:", strings.Join(os.Args[1:], " "))
	switch play {
	case "report":
		interfaces, _ := net.Interfaces()
		for _, i := range interfaces {
			if i.Flags&net.FlagUp != 0 {
				fmt.Println("up:", i.Name)
			}
		}
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err == nil {
			_, err = net.Dial("tcp", l.Addr().String())
		}
		fmt.Println("loopback:", err)
		_, err = net.DialTimeout("tcp", "192.0.2.1:9", time.Second)
		fmt.Println("outside:", err)
		os.Exit(7)
	case "wait":
		c := make(chan os.Signal, 1)
		signal.Notify(c, syscall.SIGTERM)
		fmt.Println("ready")
		<-c
		os.Exit(9)
	case "die":
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
}

func player(play string, env ...string) (*exec.Cmd, *bytes.Buffer) {
	cmd := exec.Command("/proc/self/exe", "one", "two words")
	cmd.Env = append(append(os.Environ(), "SEAL_TEST_PLAY="+play), env...)
	out := &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = out, out
	return cmd, out
}

// ways are both ways into a namespace; a machine may forbid either.
var ways = map[string][]string{"default": nil, "user namespace": {"SEAL_TEST_CHILD=1"}}

func sealed(t *testing.T, out string) {
	t.Helper()
	if !strings.Contains(out, "state: "+Namespace) {
		t.Skipf("not possible here: %s", out)
	}
}

func TestExecLeavesLoopbackOnly(t *testing.T) {
	for name, env := range ways {
		t.Run(name, func(t *testing.T) {
			cmd, out := player("report", env...)
			err := cmd.Run()
			sealed(t, out.String())
			if cmd.ProcessState.ExitCode() != 7 {
				t.Errorf("exit: %v", err)
			}
			for _, want := range []string{"args: one two words", "up: lo\nloopback: <nil>\n", "outside: dial tcp 192.0.2.1:9: connect: network is unreachable"} {
				if !strings.Contains(out.String(), want) {
					t.Errorf("no %q in\n%s", want, out)
				}
			}
		})
	}
}

func TestExecPassesSignalsAndDeath(t *testing.T) {
	for name, env := range ways {
		t.Run(name, func(t *testing.T) {
			cmd, _ := player("wait", env...)
			cmd.Stdout, cmd.SysProcAttr = nil, &syscall.SysProcAttr{Setsid: true}
			stdout, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			buf := make([]byte, 1024)
			for !strings.Contains(got.String(), "ready") {
				n, err := stdout.Read(buf)
				got.Write(buf[:n])
				if err != nil {
					break
				}
			}
			_ = cmd.Process.Signal(syscall.SIGTERM)
			_ = cmd.Wait()
			sealed(t, got.String())
			if code := cmd.ProcessState.ExitCode(); code != 9 {
				t.Errorf("exit code %d", code)
			}
		})
	}
}

func TestChildKilledBySignal(t *testing.T) {
	cmd, out := player("die", ways["user namespace"]...)
	_ = cmd.Run()
	sealed(t, out.String())
	if code := cmd.ProcessState.ExitCode(); code != 128+9 {
		t.Errorf("exit code %d", code)
	}
}

func TestExecCanBeTurnedOff(t *testing.T) {
	cmd, out := player("report", optOut+"=off")
	_ = cmd.Run()
	if want := "state: " + Environment + " err: " + ErrOff.Error(); !strings.Contains(out.String(), want) {
		t.Errorf("no %q in\n%s", want, out)
	}
}

func TestExecDoesNotBelieveAForeignMarker(t *testing.T) {
	interfaces, err := net.Interfaces()
	if err != nil || len(interfaces) < 2 {
		t.Skip("this machine has no network to be mistaken about")
	}
	cmd, out := player("report", marker+"=1")
	_ = cmd.Run()
	if !strings.Contains(out.String(), "state: "+Environment+" err: "+marker+" is set, but") {
		t.Errorf("got\n%s", out)
	}
}
