package pyenv

import "regexp"

// Package is what is installed.
const Package = "agenta"

// Newest is the newest version that is known to install and to be driven.
const Newest = "0.125.1"

// Oldest is the first version that has the agents module.
const Oldest = "0.105.1"

// Versions are those that are known to install and to be driven, oldest first.
func Versions() []string {
	return []string{Oldest, "0.107.1", "0.108.1", "0.112.3", "0.118.5", "0.119.1", "0.122.11", Newest}
}

// agentsModule is what a version must have to be a subject.
const agentsModule = "agenta.sdk.agents"

var versionForm = regexp.MustCompile(`^\d+(\.\d+){1,3}((a|b|rc)\d+)?(\.(post|dev)\d+)?$`)

// ValidVersion reports whether the text has the form of an exact version.
func ValidVersion(text string) bool { return versionForm.MatchString(text) }

// Env is an installed version.
type Env struct {
	Version string `json:"version"`
	Python  string `json:"python"` // interpreter with the dependencies, absolute
	SDK     string `json:"sdk"`    // folder to put at the head of Python's path, absolute
}

// Error says that a version cannot be had, and what to do about it, in one line.
type Error struct {
	Version string
	Why     string
	Do      string
	Err     error // what went wrong underneath; may be nil
}

// Error is one line.
func (e *Error) Error() string {
	text := Package + " " + e.Version + " cannot be had: " + e.Why
	if e.Do != "" {
		text += "; " + e.Do
	}
	return text
}

// Unwrap is what went wrong underneath.
func (e *Error) Unwrap() error { return e.Err }
