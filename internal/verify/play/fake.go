package play

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/catalog/extract"
	"github.com/agenta-ai/conform/fakes/pi/flight"
)

// Catalogue makes sure that a version can be played. For one whose catalogue is not
// built into the fake it asks the installed Pi for the models that it knows, once,
// and keeps the file in dir. It returns the path of the file, "" if none is needed.
func Catalogue(ctx context.Context, dir, version string, command []string) (string, error) {
	if slices.Contains(catalog.Versions(), version) {
		return "", nil
	}
	path := filepath.Join(dir, version+"-"+extract.Digest()+".tsv") // one that was made in another way is of no use
	if _, err := catalog.Read(path); err == nil {
		return path, nil
	}
	root := Package(command)
	if found := versionOf(root); found != version {
		why := "it is no installation of " + packageName
		if found != "" {
			why = "the package beside it is " + found
		}
		return "", fmt.Errorf("there is no catalogue of Pi %s (there are %s), and none can be made from %s: %s; use --install %s, or the pi in node_modules/.bin of an installation by npm",
			version, strings.Join(catalog.Versions(), ", "), command[len(command)-1], why, version)
	}
	node, err := interpreter(command, root)
	if err != nil {
		return "", fmt.Errorf("make the catalogue of Pi %s: %w", version, err)
	}
	facts, err := extract.Ask(ctx, node, root)
	if err != nil {
		return "", fmt.Errorf("make the catalogue of Pi %s: %w", version, err)
	}
	text, err := facts.Format()
	if err == nil {
		_, err = catalog.Parse(string(text))
	}
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	if err != nil {
		return "", fmt.Errorf("make the catalogue of Pi %s: %w", version, err)
	}
	temp := fmt.Sprintf("%s.%d", path, os.Getpid())
	if err := errors.Join(os.WriteFile(temp, text, 0o644), os.Rename(temp, path)); err != nil {
		return "", fmt.Errorf("make the catalogue of Pi %s: %w", version, err)
	}
	return path, nil
}

// Fake puts the built fake into a folder of the table, with a sidecar that says
// which version it plays, with which catalogue, and where the Pi that it plays is
// installed. It returns its path.
func (t *Table) Fake(binary, version, catalogue, install string) (string, error) {
	dir := filepath.Join(t.dir, "pi-"+version)
	exe := filepath.Join(dir, "pi")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("install the fake: %w", err)
	}
	if os.Link(binary, exe) != nil { // another file system
		content, err := os.ReadFile(binary)
		if err == nil {
			err = os.WriteFile(exe, content, 0o755)
		}
		if err != nil {
			return "", fmt.Errorf("install the fake: %w", err)
		}
	}
	return exe, flight.Sidecar{Play: version, Catalog: catalogue, Install: install}.Write(exe)
}
