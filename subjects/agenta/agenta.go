package agenta

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

//go:embed driver/*.py
var source embed.FS

// Driver are the driver's files.
func Driver() fs.FS {
	files, err := fs.Sub(source, "driver")
	if err != nil {
		panic(err) // the name is a constant
	}
	return files
}

// Place puts the driver into a folder of its own below dir and returns that
// folder, which Python runs. It does nothing when the driver is there already.
func Place(dir string) (string, error) {
	files := Driver()
	sum := sha256.New()
	names, err := fs.Glob(files, "*.py")
	if err != nil {
		return "", fmt.Errorf("read the driver: %w", err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return "", fmt.Errorf("read the driver: %w", err)
		}
		fmt.Fprintf(sum, "%s %d\n%s", name, len(text), text)
	}
	place := filepath.Join(dir, "driver-"+hex.EncodeToString(sum.Sum(nil)[:6]))
	if _, err := os.Stat(place); err == nil {
		return place, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("place the driver: %w", err)
	}
	temp, err := os.MkdirTemp(dir, "new-")
	if err != nil {
		return "", fmt.Errorf("place the driver: %w", err)
	}
	defer os.RemoveAll(temp)
	if err := os.CopyFS(temp, files); err != nil {
		return "", fmt.Errorf("place the driver: %w", err)
	}
	if err := os.Rename(temp, place); err != nil {
		if _, there := os.Stat(place); there == nil { // another process was faster
			return place, nil
		}
		return "", fmt.Errorf("place the driver: %w", err)
	}
	return place, nil
}

// The lanes in which the driver calls the SDK.
const (
	Both   = "both"   // the handler for a one-shot turn, the application for a stream
	Direct = "direct" // the agent handler itself
	HTTP   = "http"   // the SDK's own HTTP application, in the same process
)

// Command starts the driver: python is an interpreter with the SDK's
// dependencies, driver the folder of Place, sdk the folder of a version.
func Command(python, driver, lane, sdk string) []string {
	return []string{python, "-I", driver, "--lane", lane, sdk}
}
