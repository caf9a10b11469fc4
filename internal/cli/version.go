package cli

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/agenta-ai/conform/internal/pidist"
	"github.com/agenta-ai/conform/verdict"
)

// versionCommand prints what this binary is.
type versionCommand struct{}

func (versionCommand) run(_ context.Context, con *console) (int, error) {
	_, err := fmt.Fprintf(con.out, "conform %s\n%s %s/%s\neditions %s\nPi versions known to install %s\n",
		version(), runtime.Version(), runtime.GOOS, runtime.GOARCH,
		strings.Join(editions(), " "), strings.Join(pidist.Versions(), " "))
	return verdict.ExitOK, err
}

// version is the module version, or the commit of a build from a checkout.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	set := map[string]string{}
	for _, s := range info.Settings {
		set[s.Key] = s.Value
	}
	revision := set["vcs.revision"]
	if revision == "" {
		return "devel"
	}
	revision = revision[:min(len(revision), 12)]
	if set["vcs.modified"] == "true" {
		revision += "+changes"
	}
	return revision
}
