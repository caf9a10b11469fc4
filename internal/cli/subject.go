package cli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/internal/companion"
	"github.com/agenta-ai/conform/internal/nearest"
	"github.com/agenta-ai/conform/subjects/mutants"
)

// subject says which implementation is tested.
type subject struct {
	mutant  *mutants.Mutant // nil for the reference as it is
	sdk     *sdk            // nil for any other
	service []string        // the service half of the reference alone: arguments of its driver
	command []string        // of a driver that somebody else brings; empty for the reference
}

const (
	reference        = "reference"
	referenceService = "reference:service"
)

// subjectNames are the subjects that can be named without more.
func subjectNames(all []mutants.Mutant) []string {
	names := []string{reference, referenceService}
	for _, m := range all {
		names = append(names, reference+"+"+m.Name)
	}
	return names
}

// readSubject reads a --subject value.
func readSubject(text string) (subject, error) {
	switch text {
	case reference:
		return subject{}, nil
	case referenceService:
		return subject{service: []string{"service"}}, nil
	}
	if harnesses, ok := strings.CutPrefix(text, referenceService+":"); ok {
		if harnesses == "" {
			return subject{}, usagef("--subject: %q names no harness after the colon", text)
		}
		return subject{service: []string{"service", harnesses}}, nil
	}
	if line, ok := strings.CutPrefix(text, "cmd:"); ok {
		command, err := splitLine(line)
		if err != nil {
			return subject{}, usagef("--subject: %q: %w", text, err)
		}
		if len(command) == 0 {
			return subject{}, usagef("--subject: %q has no command", text)
		}
		// The driver runs with another PATH; what is meant here must be meant there.
		path, err := exec.LookPath(command[0])
		if err == nil {
			path, err = filepath.Abs(path)
		}
		if err != nil {
			return subject{}, usagef("--subject: no program %q: %w", command[0], err)
		}
		command[0] = path
		return subject{command: command}, nil
	}
	if strings.HasPrefix(text, sdkSubject) {
		sdk, err := readSDK(text)
		return subject{sdk: sdk}, err
	}
	all, err := mutants.All()
	if err != nil {
		return subject{}, err
	}
	names := append(subjectNames(all), sdkSubject)
	if i := slices.Index(names, text); i > 1 && i < len(names)-1 {
		return subject{mutant: &all[i-2]}, nil
	}
	if name, ok := strings.CutPrefix(text, reference+"+"); ok {
		return subject{}, usagef("--subject: no mutant %q; conform list mutants shows them%s", name, nearest.Hint(text, names))
	}
	if strings.ContainsAny(text, " /") {
		return subject{}, usagef("--subject: %q is no subject that conform knows; a driver of one's own is named 'cmd:%s'", text, text)
	}
	return subject{}, usagef("--subject: %q is none of %s, %s, %s+MUTANT, %s[@VERSION], cmd:COMMAND LINE%s", text, reference, referenceService, reference, sdkSubject, nearest.Hint(text, names))
}

// binaries are the helper programs of a run.
type binaries struct {
	pi       string   // the fake Pi; "" with a real one
	recorder string   // stands around a real Pi; "" with the fake
	lane     string   // the agent in a container, and
	keeper   string   // what owns the containers; "" for the process backend
	subject  []string // the driver's command
	brought  bool     // by the user, with --subject cmd:
}

// binaries builds or finds the helper programs. A mutant may be of any of them.
func (s subject) binaries(ctx context.Context, con *console, store *companion.Store, realPi bool) (binaries, error) {
	var b binaries
	var err error
	if s.sdk != nil {
		if b.subject, err = s.sdk.command(ctx, con); err != nil {
			return b, err
		}
	}
	if realPi {
		b.recorder, err = s.binary(ctx, store, companion.PiRecorder)
	} else {
		b.pi, err = s.binary(ctx, store, companion.Pi)
	}
	if err != nil {
		return b, err
	}
	if b.brought = len(s.command) > 0; b.brought {
		b.subject = s.command
		return b, nil
	}
	if s.sdk != nil {
		return b, nil
	}
	path, err := s.binary(ctx, store, companion.Reference)
	b.subject = []string{path}
	b.subject = append(b.subject, s.service...)
	return b, err
}

func (s subject) binary(ctx context.Context, store *companion.Store, b companion.Binary) (string, error) {
	if s.mutant == nil || s.mutant.Binary != string(b) {
		return store.Path(ctx, b)
	}
	if store.Module() == "" {
		return "", fmt.Errorf("mutant %s is built from source, and there is no source tree here: run conform inside its checkout", s.mutant.Name)
	}
	overlay, err := s.mutant.Overlay(os.DirFS(store.Module()))
	if err != nil {
		return "", err
	}
	return store.Mutated(ctx, b, overlay)
}
