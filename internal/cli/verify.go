package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/agenta-ai/conform/internal/companion"
	"github.com/agenta-ai/conform/internal/pidist"
	"github.com/agenta-ai/conform/internal/seal"
	"github.com/agenta-ai/conform/internal/verify"
	"github.com/agenta-ai/conform/internal/verify/deviation"
	"github.com/agenta-ai/conform/internal/verify/input"
	"github.com/agenta-ai/conform/internal/verify/play"
	"github.com/agenta-ai/conform/verdict"
)

// verifyCommand holds fakes against what they play.
type verifyCommand struct {
	Pi verifyPi `cmd:"" help:"Hold the fake Pi against real ones: the same generated configurations for both, compared area by area."`
}

// verifyPi verifies the fake Pi.
type verifyPi struct {
	Pi      string   `placeholder:"PATH" xor:"real" help:"The real Pi is this executable."`
	Install []string `placeholder:"VERSION" xor:"real" help:"The real Pi comes from npm, in these versions (default: all that are known)."`
	Seed    uint64   `default:"1" placeholder:"N" help:"Configurations are made from it (default ${default})."`
	Count   int      `default:"500" placeholder:"N" help:"How many configurations for each version (default ${default})."`
	Case    []string `placeholder:"ID" help:"Play these cases alone, as reports name them: SEED/NUMBER or SEED/NUMBER-PARTS."`
	Out     string   `default:"conform-report/verify-pi" placeholder:"DIR" help:"Folder of the reports (default ${default})."`
	Workers atOnce   `placeholder:"N" help:"Configurations at once (default: one for each core)."`
	Fresh   bool     `help:"Start the real Pi also where it is remembered what it does."`
	Shrink  int      `default:"40" placeholder:"N" help:"Starts of the real Pi to narrow down one cause with; 0 leaves cases as they are (default ${default})."`
	Verbose bool     `short:"v" help:"A line for each configuration."`
}

func (v *verifyPi) run(ctx context.Context, con *console) (int, error) {
	cases, err := v.cases()
	if err != nil {
		return 0, err
	}
	known, err := deviation.Load()
	if err != nil {
		return 0, err
	}
	if err := os.MkdirAll(v.Out, 0o755); err != nil {
		return 0, usagef("--out: %w", err)
	}
	// Whatever may need a network comes before the seal, as with a run.
	pis, err := v.real(ctx, con)
	if err != nil {
		return 0, err
	}
	store, err := companion.Open(companion.Options{Log: logger(con.err, v.Verbose)})
	if err != nil {
		return 0, err
	}
	fake, err := store.Path(ctx, companion.Pi)
	if err != nil {
		return 0, err
	}
	memory, err := memory()
	if err != nil {
		return 0, err
	}
	catalogues := map[string]string{}
	for _, pi := range pis {
		if catalogues[pi.Version], err = play.Catalogue(ctx, filepath.Join(memory, "catalogues"), pi.Version, pi.Command); err != nil {
			return 0, err
		}
	}
	over, code, err := seal.Exec(append([]string{os.Args[0]}, con.args...))
	if over {
		return code, nil
	}
	if err != nil {
		fmt.Fprintf(con.err, "conform: sealed by proxy and environment only: %s\n", oneLine(err.Error()))
	}
	table, err := play.NewTable()
	if err != nil {
		return 0, err
	}
	o := verify.Options{
		Table: table, Cases: cases, Deviations: known, Alone: len(v.Case) > 0, Workers: int(v.Workers), Fresh: v.Fresh, Shrink: v.Shrink,
		Seal: seal.State(), Log: logger(con.err, v.Verbose), Memory: memory, Reproduce: v.reproduce,
	}
	for _, pi := range pis {
		exe, err := table.Fake(fake, pi.Version, catalogues[pi.Version], play.Package(pi.Command))
		if err != nil {
			return 0, errors.Join(err, table.Close())
		}
		o.Versions = append(o.Versions, verify.Pair(pi.Version, pi.Command, []string{exe}))
	}
	code, err = v.execute(ctx, con, o)
	return code, errors.Join(err, table.Close())
}

// cases are what the flags ask for.
func (v *verifyPi) cases() ([]input.Case, error) {
	switch {
	case v.Count < 1:
		return nil, usagef("--count: %d is less than one", v.Count)
	case v.Shrink < 0:
		return nil, usagef("--shrink: %d is less than none", v.Shrink)
	}
	if v.Workers == 0 {
		v.Workers = atOnce(runtime.NumCPU())
	}
	for i, version := range v.Install {
		if !pidist.ValidVersion(version) {
			return nil, usagef("--install: %q is not a version; known are %s", version, strings.Join(pidist.Versions(), ", "))
		}
		if slices.Contains(v.Install[:i], version) {
			return nil, usagef("--install: %s stands there twice", version)
		}
	}
	var cases []input.Case
	for _, text := range v.Case {
		c, err := input.ParseCase(text)
		if err != nil {
			return nil, usagef("--case: %w", err)
		}
		cases = append(cases, c)
	}
	if len(cases) > 0 {
		return cases, nil
	}
	for n := range v.Count {
		cases = append(cases, input.Case{Seed: v.Seed, N: n})
	}
	return cases, nil
}

// real finds or installs the real Pis.
func (v *verifyPi) real(ctx context.Context, con *console) ([]pidist.Pi, error) {
	if v.Pi != "" {
		if _, _, err := piKind(piPath(v.Pi)); err != nil {
			return nil, err
		}
		pi, err := pidist.FromPath(ctx, v.Pi)
		return []pidist.Pi{pi}, err
	}
	cache, err := pidist.UserCache(con.err)
	if err != nil {
		return nil, err
	}
	versions := v.Install
	if len(versions) == 0 {
		versions = pidist.Versions()
	}
	var pis []pidist.Pi
	for _, version := range versions {
		pi, err := cache.Install(ctx, version)
		if err != nil {
			return nil, err
		}
		pis = append(pis, pi)
	}
	return pis, nil
}

// piPath makes sure that a path is not taken for another form of a Pi.
func piPath(path string) string {
	if strings.ContainsRune(path, os.PathSeparator) {
		return path
	}
	return "." + string(os.PathSeparator) + path
}

// memory is where it is remembered what real Pis do.
func memory() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("there is no cache folder: %w", err)
	}
	return filepath.Join(dir, "conform", "verify"), nil
}

// reproduce is the command that plays one case alone.
func (v *verifyPi) reproduce(version string, c input.Case) string {
	if v.Pi != "" {
		return fmt.Sprintf("conform verify pi --pi %s --case %s", quote(v.Pi), c)
	}
	return fmt.Sprintf("conform verify pi --install %s --case %s", version, c)
}

// header is the first line of the results.
func (v *verifyPi) header(con *console, o verify.Options, planned int) verdict.Header {
	var names []string
	for _, version := range o.Versions {
		names = append(names, version.Name)
	}
	return verdict.Header{
		Type: "header", Tool: "conform", Version: version(), Start: time.Now(),
		Edition: verify.Edition, Level: "verify", Seed: v.Seed, Subject: "the fake Pi", Pi: "the real Pi " + strings.Join(names, ", "),
		Planned: planned, Workers: o.Workers, Seal: o.Seal, Args: con.args,
		Platform: fmt.Sprintf("%s/%s, %d cores", runtime.GOOS, runtime.GOARCH, runtime.NumCPU()),
		Claim:    &verdict.Claim{Holds: "The fake agrees with the real Pi", Breaks: "the fake differs from the real Pi in", Clause: "area"},
	}
}
