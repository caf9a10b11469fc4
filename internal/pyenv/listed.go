package pyenv

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Listed are the versions that the package index has, oldest first. At least one
// version must be installed.
func (c Cache) Listed(ctx context.Context) ([]string, error) {
	python := interpreter(filepath.Join(c.Dir, sharedFolder))
	if _, err := run(ctx, python, "-m", "pip", "--version"); err != nil { // uv leaves pip out
		t, err := findTool(ctx)
		if err != nil {
			return nil, err
		}
		python = t.python
	}
	out, err := run(ctx, python, "-m", "pip", "--disable-pip-version-check", "index", "versions", Package)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("the versions of %s cannot be listed: %w", Package, readInstaller(out))
	}
	return readListed(out)
}

func readListed(out string) ([]string, error) {
	_, list, ok := strings.Cut(out, "Available versions:")
	if !ok {
		return nil, errors.New("pip lists no versions")
	}
	line, _, _ := strings.Cut(list, "\n")
	var versions []string
	for _, v := range strings.Split(line, ",") {
		if v = strings.TrimSpace(v); ValidVersion(v) {
			versions = append(versions, v)
		}
	}
	slices.Reverse(versions) // pip names the newest first
	return versions, nil
}

// Between are the listed versions from first to last, both included.
func Between(listed []string, first, last string) ([]string, error) {
	if compare(first, last) >= 0 {
		return nil, fmt.Errorf("%s is not older than %s", first, last)
	}
	var out []string
	for _, v := range listed {
		if compare(first, v) < 0 && compare(v, last) < 0 {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, compare)
	return append(append([]string{first}, out...), last), nil
}

// compare orders versions by their numbers.
func compare(a, b string) int {
	return slices.Compare(numbers(a), numbers(b))
}

func numbers(version string) []int {
	var out []int
	for _, part := range strings.FieldsFunc(version, func(r rune) bool { return r < '0' || r > '9' }) {
		n, _ := strconv.Atoi(part) // digits only; a number beyond all measure counts as none
		out = append(out, n)
	}
	return out
}
