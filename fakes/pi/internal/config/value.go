package config

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// commandLimit is how long a "!command" value may run.
const commandLimit = 10 * time.Second

// A part of a value is literal text or the name of a variable.
type part struct {
	text  string
	isVar bool
}

// template cuts a value into its parts. "$$" and "$!" are a literal "$" and
// "!"; a "$" that no name follows is itself.
func template(value string) []part {
	var parts []part
	literal := func(s string) {
		if s != "" {
			parts = append(parts, part{text: s})
		}
	}
	for value != "" {
		i := strings.IndexByte(value, '$')
		if i < 0 {
			literal(value)
			break
		}
		literal(value[:i])
		value = value[i+1:]
		switch name := leadingName(value); {
		case name != "":
			parts = append(parts, part{name, true})
			value = value[len(name):]
		case value != "" && (value[0] == '$' || value[0] == '!'):
			literal(value[:1])
			value = value[1:]
		case value != "" && value[0] == '{':
			inner, rest, closed := strings.Cut(value[1:], "}")
			switch {
			case !closed:
				literal("$")
			case inner != "" && leadingName(inner) == inner:
				parts = append(parts, part{inner, true})
				value = rest
			default:
				literal("${" + inner + "}")
				value = rest
			}
		default:
			literal("$")
		}
	}
	return parts
}

// leadingName returns the variable name that s begins with.
func leadingName(s string) string {
	for i := range len(s) {
		c := s[i]
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return s[:i]
		}
	}
	return s
}

func isCommand(value string) bool { return strings.HasPrefix(value, "!") }

// missing lists the variables of a value that are unset or empty.
func missing(value string, env Env) []string {
	if isCommand(value) {
		return nil
	}
	var names []string
	for _, p := range template(value) {
		if p.isVar && env(p.text) == "" && !slices.Contains(names, p.text) {
			names = append(names, p.text)
		}
	}
	return names
}

// resolve returns what a value stands for, or false if a variable is missing
// or the command fails or prints nothing.
func resolve(value string, env Env) (string, bool) {
	if isCommand(value) {
		out := run(value[1:])
		return out, out != ""
	}
	if len(missing(value, env)) > 0 {
		return "", false
	}
	var out strings.Builder
	for _, p := range template(value) {
		if p.isVar {
			out.WriteString(env(p.text))
		} else {
			out.WriteString(p.text)
		}
	}
	return out.String(), true
}

// resolveOr is resolve with the error that Pi reports for what, such as
// `API key for provider "groq"`.
func resolveOr(value, what string, env Env) (string, error) {
	if out, ok := resolve(value, env); ok {
		return out, nil
	}
	names := missing(value, env)
	switch {
	case isCommand(value):
		return "", fmt.Errorf("Failed to resolve %s from shell command: %s", what, value[1:])
	case len(names) == 1:
		return "", fmt.Errorf("Failed to resolve %s from environment variable: %s", what, names[0])
	case len(names) > 1:
		return "", fmt.Errorf("Failed to resolve %s from environment variables: %s", what, strings.Join(names, ", "))
	default:
		return "", errors.New("Failed to resolve " + what)
	}
}

// run returns the trimmed output of a shell command, "" if it fails.
func run(command string) string {
	ctx, cancel := context.WithTimeout(context.Background(), commandLimit)
	defer cancel()
	out, err := exec.CommandContext(ctx, "/bin/sh", "-c", command).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}
