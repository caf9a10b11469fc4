package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestServesUntilItIsStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	done := make(chan int, 1)
	var said strings.Builder
	go func() {
		done <- run(ctx, []string{"--listen", "127.0.0.1:0", "--key", "k", "--dir", t.TempDir()}, in, &said)
	}()
	api, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodGet, strings.TrimSpace(api)+"/sandbox", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer k")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("status %s", resp.Status)
	}
	cancel()
	if code := <-done; code != 0 {
		t.Errorf("exit %d: %s", code, said.String())
	}
}

func TestMistakes(t *testing.T) {
	for name, r := range map[string]struct {
		args []string
		code int
		says string
	}{
		"no key":        {nil, 2, "daytona: give --key and nothing besides flags"},
		"unknown flag":  {[]string{"--kee"}, 2, "flag provided but not defined: -kee"},
		"no address":    {[]string{"--key", "k", "--listen", "127.0.0.1:x"}, 1, "daytona: listen tcp"},
		"not a flag":    {[]string{"--key", "k", "more"}, 2, "daytona: give --key"},
		"no such place": {[]string{"--key", "k", "--listen", "203.0.113.1:1"}, 1, "daytona: listen tcp"},
	} {
		t.Run(name, func(t *testing.T) {
			var said strings.Builder
			if code := run(t.Context(), r.args, io.Discard, &said); code != r.code || !strings.Contains(said.String(), r.says) {
				t.Errorf("exit %d, want %d: %s", code, r.code, said.String())
			}
		})
	}
}
