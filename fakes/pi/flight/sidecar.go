package flight

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// SidecarSuffix follows the executable's name in the name of its sidecar file.
const SidecarSuffix = ".sidecar.json"

// LoadSidecar reads the sidecar of the executable exe. An executable without
// one gets the zero Sidecar, which records nothing.
func LoadSidecar(exe string) (Sidecar, error) {
	var s Sidecar
	text, err := os.ReadFile(exe + SidecarSuffix)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, fmt.Errorf("read sidecar: %w", err)
	}
	if err := decodeSidecar(text, &s); err != nil {
		return Sidecar{}, fmt.Errorf("read sidecar %s%s: %w", exe, SidecarSuffix, err)
	}
	return s, nil
}

// decodeSidecar is strict: a misspelt name would leave no record, and nobody would
// know why.
func decodeSidecar(text []byte, s *Sidecar) error {
	in := json.NewDecoder(bytes.NewReader(text))
	in.DisallowUnknownFields()
	if err := in.Decode(s); err != nil {
		return err
	}
	if _, err := in.Token(); err != io.EOF {
		return errors.New("there is more after the object")
	}
	return nil
}

// OwnSidecar reads the sidecar of the running process. One binary can stand in
// many places as a symbolic link: where the resolved file has no sidecar, the
// path by which the process was called is tried.
func OwnSidecar() (Sidecar, error) {
	if exe, err := os.Executable(); err == nil {
		if s, err := LoadSidecar(exe); err != nil || !s.isZero() {
			return s, err
		}
	}
	called := os.Args[0]
	if filepath.Base(called) == called {
		called = lookPath(called)
	}
	return LoadSidecar(called)
}

func (s Sidecar) isZero() bool {
	return s.Records == "" && s.Mark == "" && s.Play == "" && s.Catalog == "" && s.Install == "" && s.Banner == "" && len(s.ShowEnv) == 0 && len(s.Exec) == 0
}

// lookPath finds name on PATH. os/exec has the same, but would be linked for it alone.
func lookPath(name string) string {
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return path
		}
	}
	return name
}

// Write puts s beside the executable exe, in one step, so that a process that
// starts meanwhile sees the old or the new one.
func (s Sidecar) Write(exe string) error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("write sidecar: %w", err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(exe), ".sidecar-*")
	if err != nil {
		return fmt.Errorf("write sidecar: %w", err)
	}
	_, err = tmp.Write(text)
	err = errors.Join(err, tmp.Chmod(0o644), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), exe+SidecarSuffix)
	}
	if err != nil {
		return fmt.Errorf("write sidecar: %w", errors.Join(err, os.Remove(tmp.Name())))
	}
	return nil
}
