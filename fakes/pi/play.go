package pi

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/pi/internal/persona"
	"github.com/agenta-ai/conform/fakes/pi/internal/tools"
)

// Options of the fake itself, which no Pi has. They win over the sidecar.
const (
	playVersion = "--play-version"
	playCatalog = "--play-catalog"
)

// play is what is asked to be played.
type play struct {
	who     persona.Personality
	builtin catalog.Catalog
	sizes   catalog.Prompt // how long Pi's instructions are
	kit     tools.Kit
}

// cutPlay takes the fake's own options out of a command line.
func cutPlay(args []string, s flight.Sidecar) (rest []string, version, catalogFile string, err error) {
	version, catalogFile = s.Play, s.Catalog
	for i := 0; i < len(args); i++ {
		name, value, assigned := strings.Cut(args[i], "=")
		if name != playVersion && name != playCatalog {
			rest = append(rest, args[i])
			continue
		}
		if !assigned {
			i++
			if i == len(args) {
				return rest, version, catalogFile, fmt.Errorf("%s needs a value", name)
			}
			value = args[i]
		}
		if name == playVersion {
			version = value
		} else {
			catalogFile = value
		}
	}
	return rest, cmp.Or(version, catalog.Default), catalogFile, nil
}

// newPlay finds what is needed to play a version. Any version has a
// personality; a catalogue is built in or comes from a file.
func newPlay(version, catalogFile string) (p play, err error) {
	if p.who, err = persona.Of(version); err != nil {
		return p, err
	}
	if catalogFile != "" {
		p.builtin, err = catalog.Read(catalogFile)
	} else if p.builtin, err = catalog.Load(version); err != nil {
		err = fmt.Errorf("%w; a catalogue of another version is written by fakes/pi/catalog/gen and named with %s", err, playCatalog)
	}
	if err != nil {
		return p, err
	}
	var known []catalog.Tool
	p.sizes, known, err = p.builtin.Words()
	p.kit = tools.New(known)
	return p, err
}
