package protocol_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/agenta-ai/conform/subjects/protocol"
)

// TestMain lets the test binary play drivers, good and broken ones.
func TestMain(m *testing.M) {
	play := os.Getenv("PROTOCOL_TEST_DRIVER")
	if play == "" {
		goleak.VerifyTestMain(m)
		return
	}
	switch play {
	case "exit":
		fmt.Fprintln(os.Stderr, "no configuration\ngiving up")
		os.Exit(3)
	case "hang":
		time.Sleep(time.Hour) // an empty select would be a deadlock, which ends the process
	case "deaf": // never reads its stdin
		time.Sleep(time.Hour)
	case "garbage":
		fmt.Println("Listening on port 8080")
		time.Sleep(time.Hour)
	case "heir": // dies and leaves a child that holds its pipes
		child := exec.Command("sleep", "600")
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		_ = child.Start()
		fmt.Fprintln(os.Stderr, "gone")
		os.Exit(4)
	case "closed":
		os.Stdout.Close()
		time.Sleep(time.Hour)
	}
	if err := protocol.Serve(context.Background(), os.Stdin, os.Stdout, good); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// good is a driver that does what it is asked.
func good(ctx context.Context, method string, params json.RawMessage) (any, error) {
	switch method {
	case protocol.MethodDescribe:
		return protocol.Description{Name: "good", Protocol: protocol.Version}, nil
	case protocol.MethodInvoke:
		var t protocol.Turn
		if err := json.Unmarshal(params, &t); err != nil {
			return nil, &protocol.RPCError{Code: protocol.CodeInvalidParams, Message: err.Error()}
		}
		switch t.ID {
		case "die":
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		case "flood":
			line := strings.Repeat("x", 200)
			for i := range 50_000 {
				if i == 100 {
					fmt.Fprintln(os.Stderr, "a secret MARK in a flood")
				}
				fmt.Fprintln(os.Stderr, i, line)
			}
		case "large":
			return protocol.Outcome{OK: true, Reply: strings.Repeat("y", 1<<20)}, nil
		case "never":
			<-ctx.Done()
		case "log":
			fmt.Fprint(os.Stderr, "one\ntwo\nno end")
		}
		return protocol.Outcome{OK: true, Reply: t.ID}, nil
	case protocol.MethodEnvmap:
		return nil, errors.New("out of order")
	}
	return nil, &protocol.RPCError{Code: protocol.CodeMethodNotFound, Message: method}
}

func start(t *testing.T, play string) *protocol.Driver {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	d, err := protocol.Start(protocol.Command{Path: self, Env: []string{"PROTOCOL_TEST_DRIVER=" + play, "PATH=/usr/bin:/bin"}, Mark: "MARK"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		d.Close()
		if err := syscall.Kill(-d.PID(), 0); !errors.Is(err, syscall.ESRCH) {
			// Killed orphans are reaped by init in their own time.
			for err == nil {
				time.Sleep(time.Millisecond)
				err = syscall.Kill(-d.PID(), 0)
			}
		}
	})
	return d
}

func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

func TestGoodDriver(t *testing.T) {
	d := start(t, "good")
	ctx := within(t, 10*time.Second)
	if got, err := d.Describe(ctx); err != nil || got.Name != "good" {
		t.Fatalf("got %+v, %v", got, err)
	}
	for _, id := range []string{"a", "large", "b"} {
		if got, err := d.Invoke(ctx, protocol.Turn{ID: id}); err != nil || !got.OK {
			t.Errorf("%s: got %+v, %v", id, got, err)
		}
	}
	_, err := d.Catalog(ctx)
	if rpc, ok := errors.AsType[*protocol.RPCError](err); !ok || rpc.Code != protocol.CodeMethodNotFound {
		t.Errorf("got %v", err)
	}
	if _, err := d.Envmap(ctx); err == nil || !strings.Contains(err.Error(), "out of order") {
		t.Errorf("got %v", err)
	}
	d.Shutdown(ctx)
	if dead := d.Death(); dead == nil || dead.How != "exited with status 0" {
		t.Errorf("got %v", dead)
	}
}

func TestDeathIsExplained(t *testing.T) {
	for play, want := range map[string]string{
		"exit":   "the driver exited with status 3",
		"heir":   "the driver exited with status 4",
		"closed": "the driver closed its pipes and went on running",
	} {
		t.Run(play, func(t *testing.T) {
			d := start(t, play)
			_, err := d.Describe(within(t, 20*time.Second))
			dead, ok := errors.AsType[*protocol.DeadError](err)
			if !ok || err.Error() != want {
				t.Fatalf("got %v", err)
			}
			if play == "exit" && (len(dead.Tail) != 2 || dead.Tail[1] != "giving up") {
				t.Errorf("tail %q", dead.Tail)
			}
		})
	}
}

func TestDeathInTheMiddle(t *testing.T) {
	d := start(t, "good")
	ctx := within(t, 10*time.Second)
	_, err := d.Invoke(ctx, protocol.Turn{ID: "die"})
	if err == nil || err.Error() != "the driver was killed by signal 9 (killed)" {
		t.Errorf("got %v", err)
	}
	if _, again := d.Describe(ctx); again == nil || again.Error() != err.Error() {
		t.Errorf("after death: %v", again)
	}
}

func TestHangIsATimeout(t *testing.T) {
	for _, play := range []string{"hang", "deaf"} {
		d := start(t, play)
		_, err := d.Describe(within(t, 100*time.Millisecond))
		if e, ok := errors.AsType[*protocol.TimeoutError](err); !ok || e.Method != protocol.MethodDescribe || e.After > 100*time.Millisecond {
			t.Errorf("%s: got %v", play, err)
		}
	}
	d := start(t, "deaf")
	large := protocol.Turn{SystemPrompt: strings.Repeat("z", 1<<20)} // more than a pipe holds
	if _, err := d.Invoke(within(t, 100*time.Millisecond), large); err == nil {
		t.Error("a write that nobody reads has no end")
	}
}

func TestGarbageIsQuoted(t *testing.T) {
	d := start(t, "garbage")
	_, err := d.Describe(within(t, 10*time.Second))
	if err == nil || !strings.Contains(err.Error(), `wrote a line that is no JSON-RPC message`) || !strings.Contains(err.Error(), "Listening on port 8080") {
		t.Errorf("got %v", err)
	}
}

func TestFloodIsBounded(t *testing.T) {
	d := start(t, "good")
	ctx := within(t, 20*time.Second)
	mark := d.Log().Mark()
	if _, err := d.Invoke(ctx, protocol.Turn{ID: "flood"}); err != nil {
		t.Fatal(err)
	}
	got := d.Log().Since(mark)
	size := len(strings.Join(got, "\n"))
	if size > 4<<20 || !strings.HasPrefix(got[len(got)-1], "49999 ") {
		t.Errorf("%d bytes, last %.40q", size, got[len(got)-1])
	}
	if !strings.Contains(got[0], "lines dropped") || got[1] != "a secret MARK in a flood" {
		t.Errorf("head %.80q", got[:2])
	}
}

func TestLogOfACall(t *testing.T) {
	d := start(t, "good")
	ctx := within(t, 10*time.Second)
	for range 50 {
		mark := d.Log().Mark()
		if _, err := d.Invoke(ctx, protocol.Turn{ID: "log"}); err != nil {
			t.Fatal(err)
		}
		// What was written before the answer is there with the answer.
		got := strings.Join(d.Log().Since(mark), "|")
		if got != "one|two|no end" && got != "no endone|two|no end" {
			t.Fatalf("got %q", got)
		}
	}
}

func TestCallsDoNotDisturbEachOther(t *testing.T) {
	d := start(t, "good")
	ctx := within(t, 10*time.Second)
	never := make(chan error, 1)
	short, cancel := context.WithCancel(ctx)
	go func() { _, err := d.Invoke(short, protocol.Turn{ID: "never"}); never <- err }()
	if got, err := d.Invoke(ctx, protocol.Turn{ID: "x"}); err != nil || got.Reply != "x" {
		t.Errorf("got %+v, %v", got, err)
	}
	cancel()
	if err := <-never; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestCompatible(t *testing.T) {
	for version, ok := range map[string]bool{"1.0": true, "1.7": true, "2.0": false, "": false, "0.9": false} {
		if err := protocol.Compatible(version); (err == nil) != ok {
			t.Errorf("%q: %v", version, err)
		}
	}
}

func TestServeAnswersGarbageAndStaysAlive(t *testing.T) {
	in := strings.NewReader("nonsense\n\n{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"describe\"}\n{\"jsonrpc\":\"2.0\",\"method\":\"cancel\",\"params\":{\"id\":\"x\"}}\n{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"shutdown\"}\nnot read any more")
	var out bytes.Buffer
	if err := protocol.Serve(t.Context(), in, &out, good); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 3 || !strings.Contains(lines[0], "-32700") || !strings.Contains(lines[2], `"id":2,"result":null`) {
		t.Errorf("got %q", lines)
	}
}

func TestLongLinesAreRefused(t *testing.T) {
	r, w := io.Pipe()
	c := protocol.NewConn(r, io.Discard, nil)
	go func() {
		<-c.Ended()
		r.Close() // frees the writer
	}()
	block := bytes.Repeat([]byte("a"), 1<<20)
	for {
		if _, err := w.Write(block); err != nil {
			break
		}
	}
	if err := c.Err(); err == nil || !strings.Contains(err.Error(), "more than 32 MiB") {
		t.Errorf("got %v", err)
	}
}
