package tools

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
	"github.com/agenta-ai/conform/fakes/pi/internal/persona"
)

const (
	maxLines = 2000
	maxBytes = 50 << 10
)

func read(path string, args jsval.Value) (string, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("ENOENT: no such file or directory, access '%s'", path)
	}
	if err != nil {
		return "", err
	}
	lines := strings.Split(string(content), "\n")
	from := 0
	if offset, ok := args.Get("offset").Float(); ok && offset > 1 {
		from = int(offset) - 1
	}
	if from >= len(lines) {
		return "", fmt.Errorf("Offset %d is beyond end of file (%d lines total)", from+1, len(lines))
	}
	to := len(lines)
	if limit, ok := args.Get("limit").Float(); ok && from+int(limit) < to {
		to = from + max(0, int(limit))
	}
	to = min(to, from+maxLines)
	text := strings.Join(lines[from:to], "\n")
	for len(text) > maxBytes && to > from+1 {
		to--
		text = strings.Join(lines[from:to], "\n")
	}
	if left := len(lines) - to; left > 0 {
		text += fmt.Sprintf("\n\n[%d more lines in file. Use offset=%d to continue.]", left, to+1)
	}
	return text, nil
}

func write(path string, args jsval.Value, p persona.Personality) (string, error) {
	content := args.Get("content").String()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", err
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		return "", err
	}
	if p.TerseWrites {
		return "Successfully wrote to " + args.Get("path").String(), nil
	}
	return fmt.Sprintf("Successfully wrote %d bytes to %s", len(content), args.Get("path").String()), nil
}

// code is the name under which Node knows an error of the system.
func code(err error) string {
	switch {
	case errors.Is(err, syscall.ENOENT):
		return "ENOENT"
	case errors.Is(err, syscall.EACCES):
		return "EACCES"
	case errors.Is(err, syscall.EISDIR):
		return "EISDIR"
	case errors.Is(err, syscall.ENOTDIR):
		return "ENOTDIR"
	default:
		return err.Error()
	}
}

func edit(path string, args jsval.Value) (Output, error) {
	name := args.Get("path").String()
	content, err := os.ReadFile(path)
	if err != nil {
		return Output{}, fmt.Errorf("Could not edit file: %s. Error code: %s.", name, code(err))
	}
	text := string(content)
	edits := args.Get("edits").Items()
	for _, e := range edits {
		old := e.Get("oldText").String()
		switch strings.Count(text, old) {
		case 0:
			return Output{}, fmt.Errorf("Could not find the exact text in %s. The old text must match exactly including all whitespace and newlines.", name)
		case 1:
			text = strings.Replace(text, old, e.Get("newText").String(), 1)
		default:
			return Output{}, fmt.Errorf("Found several occurrences of the text in %s. The text must be unique.", name)
		}
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		return Output{}, err
	}
	var details struct {
		Diff  string `json:"diff"`
		Patch string `json:"patch"`
		First int    `json:"firstChangedLine,omitempty"`
	}
	details.Diff, details.First = numbered(string(content), text)
	details.Patch = patch(name, string(content), text)
	told, err := json.Marshal(details)
	return Output{fmt.Sprintf("Successfully replaced %d block(s) in %s.", len(edits), name), told}, err
}
