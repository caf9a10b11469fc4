package interop

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/agenta-ai/conform/fakes/providers"
)

// line is what a script says of one check.
type line struct {
	Client  string `json:"client"`
	Feature string `json:"feature"`
	OK      bool   `json:"ok"`
	Why     string `json:"why"`
}

// scripts are the client libraries, and how many checks each has at least: a
// script that ends early must not pass for a short one.
func scripts() map[string]int {
	return map[string]int{"openai": 48, "anthropic": 40, "google": 19, "mistral": 19, "openrouter": 32, "aisdk": 18}
}

// TestClients runs every check of every library and prints them as a table.
func TestClients(t *testing.T) {
	folder := install(t)
	text, err := os.ReadFile("rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	config, err := providers.ReadConfig("rules.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	fake := providers.NewEndpoint(config.Script)
	defer fake.Close()
	seen := map[string]map[string]bool{}
	var clients, features []string
	for _, script := range slices.Sorted(maps.Keys(scripts())) {
		lines := run(t, folder, script, fake.URL)
		if len(lines) < scripts()[script] {
			t.Errorf("%s made %d checks of %d", script, len(lines), scripts()[script])
		}
		for _, l := range lines {
			if !l.OK {
				t.Errorf("%s, %s: %s", l.Client, l.Feature, l.Why)
			}
			if seen[l.Client] == nil {
				seen[l.Client] = map[string]bool{}
				clients = append(clients, l.Client)
			}
			if !slices.Contains(features, l.Feature) {
				features = append(features, l.Feature)
			}
			seen[l.Client][l.Feature] = l.OK
		}
	}
	t.Log("\n" + table(clients, features, seen))
}

// table is features by clients: ok, FAILS, or nothing where a client has no such
// thing.
func table(clients, features []string, seen map[string]map[string]bool) string {
	var out strings.Builder
	for i, c := range clients {
		passed := 0
		for _, ok := range seen[c] {
			if ok {
				passed++
			}
		}
		fmt.Fprintf(&out, "%d = %s: %d of %d\n", i+1, c, passed, len(seen[c]))
	}
	fmt.Fprintf(&out, "\n%-20s", "")
	for i := range clients {
		fmt.Fprintf(&out, " %-5d", i+1)
	}
	for _, f := range features {
		fmt.Fprintf(&out, "\n%-20s", f)
		for _, c := range clients {
			word := "-"
			if ok, has := seen[c][f]; has {
				word = map[bool]string{true: "ok", false: "FAILS"}[ok]
			}
			fmt.Fprintf(&out, " %-5s", word)
		}
	}
	return out.String()
}

func run(t *testing.T, folder, script, url string) []line {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", script+".mjs", url)
	cmd.Dir = folder
	cmd.WaitDelay = time.Second
	var said, complained bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &complained
	if err := cmd.Run(); err != nil {
		t.Errorf("%s: %v\n%s", script, err, complained.String())
	}
	var lines []line
	for scanner := bufio.NewScanner(&said); scanner.Scan(); {
		var l line
		if json.Unmarshal(scanner.Bytes(), &l) == nil && l.Client != "" {
			lines = append(lines, l)
		}
	}
	return lines
}

// install puts the scripts and their libraries into the user's cache. Without
// CONFORM_REQUIRE=node it installs nothing and skips what is not there.
func install(t *testing.T) string {
	t.Helper()
	required := slices.Contains(strings.Split(os.Getenv("CONFORM_REQUIRE"), ","), "node")
	skip := t.Skip
	if required {
		skip = t.Fatal
	}
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			skip("needs " + program + ", which is not on this machine")
		}
	}
	caches, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	manifest, lock := read(t, "package.json"), read(t, "package-lock.json")
	sum := sha256.Sum256(append(manifest, lock...))
	folder := filepath.Join(caches, "conform", "interop", hex.EncodeToString(sum[:6]))
	installed := filepath.Join(folder, "installed")
	if _, err := os.Stat(installed); err != nil {
		if !required {
			t.Skip("needs client libraries that are not installed: make interop-clients installs them")
		}
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		place(t, folder, "package.json", manifest)
		place(t, folder, "package-lock.json", lock)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
		cmd.Dir = folder
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("npm ci: %v\n%s", err, out)
		}
		place(t, folder, "installed", nil)
	}
	scripts, err := filepath.Glob("*.mjs")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range scripts {
		place(t, folder, s, read(t, s))
	}
	return folder
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func place(t *testing.T, folder, name string, text []byte) {
	t.Helper()
	out, err := os.Create(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if _, err := io.Copy(out, bytes.NewReader(text)); err != nil {
		t.Fatal(err)
	}
}
