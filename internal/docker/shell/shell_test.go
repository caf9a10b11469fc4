package shell

import (
	"os"
	"path/filepath"
	"testing"
)

func here(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestMainRunsCommands(t *testing.T) {
	for _, c := range []struct {
		name   string
		args   []string
		status int
		out    string
	}{
		{"command", []string{"-c", "cd / && echo $((1+1)) \"$PWD\""}, 0, "2 /\n"},
		{"parameters", []string{"-c", "echo $0 $1", "me", "a"}, 0, "me a\n"},
		{"program", []string{"-c", "cd / && env | grep PWD= | sort"}, 0, "OLDPWD=" + here(t) + "\nPWD=/\n"},
		{"status", []string{"-c", "exit 7"}, 7, ""},
		{"status of the last", []string{"-c", "true; false"}, 1, ""},
		{"no program", []string{"-c", "no-such-program-here"}, 127, ""},
		{"syntax", []string{"-c", "if"}, 2, ""},
		{"usage", nil, 2, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, err := os.Create(filepath.Join(t.TempDir(), "out"))
			if err != nil {
				t.Fatal(err)
			}
			defer out.Close()
			errs, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer errs.Close()
			if got := Main(c.args, errs, out, errs); got != c.status {
				t.Errorf("status %d, want %d", got, c.status)
			}
			if text, err := os.ReadFile(out.Name()); err != nil || string(text) != c.out {
				t.Errorf("got %q, %v", text, err)
			}
		})
	}
}
