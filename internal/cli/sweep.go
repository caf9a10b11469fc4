package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/agenta-ai/conform/reports"
	"github.com/agenta-ai/conform/reports/jsonl"
	"github.com/agenta-ai/conform/reports/sweep"
	"github.com/agenta-ai/conform/verdict"
)

// The files of a sweep; each version has a folder with the files of its run.
const (
	sweepFile     = "sweep.json"
	sweepHTML     = "sweep.html"
	sweepMarkdown = "sweep.md"
)

// sweepCommand runs one plan over several versions of the SDK.
type sweepCommand struct {
	selection
	Subject string `required:"" placeholder:"SUBJECT" help:"agenta:sdk@VERSION,VERSION,…, the oldest first; agenta:sdk for all that are known."`
	Bisect  string `placeholder:"CLAUSE" help:"Find the version in which this clause changed, between the first and the last one given, over those that the package index lists."`
	Out     string `default:"conform-sweep" placeholder:"DIR" help:"Folder of the reports (default ${default})."`
	Workers atOnce `placeholder:"N" help:"Versions at once (default: one for each core)."`
}

func (s *sweepCommand) run(ctx context.Context, con *console) (int, error) {
	versions, lane, err := sweepVersions(s.Subject)
	if err != nil {
		return 0, err
	}
	if s.Workers == 0 {
		s.Workers = atOnce(runtime.NumCPU())
	}
	if s.Bisect != "" {
		s.Clause = []string{s.Bisect}
	}
	cat, err := s.open()
	if err != nil {
		return 0, err
	}
	if _, _, err := s.plan(cat); err != nil { // mistakes in selectors, before anything runs
		return 0, err
	}
	sweeper := sweeper{sweepCommand: s, con: con, cat: cat, lane: lane}
	if s.Bisect != "" {
		return sweeper.bisect(ctx, versions)
	}
	table, err := sweeper.table(ctx, versions)
	if err != nil {
		return 0, err
	}
	if err := sweeper.write(table); err != nil {
		return 0, err
	}
	if err := sweep.Terminal(con.out, table); err != nil {
		return 0, err
	}
	fmt.Fprintf(con.out, "reports   %s\n          %s\n          %s\n", filepath.Join(s.Out, sweepHTML), filepath.Join(s.Out, sweepMarkdown), filepath.Join(s.Out, sweepFile))
	return worst(table), nil
}

// worst is the exit code of a sweep: that of the run that can be trusted least.
func worst(t sweep.Table) int {
	order := []int{verdict.ExitInterrupted, verdict.ExitBroken, verdict.ExitIncomplete, verdict.ExitExceptions, verdict.ExitFailed}
	for _, code := range order {
		if slices.ContainsFunc(t.Columns, func(c sweep.Column) bool { return c.Exit == code }) {
			return code
		}
	}
	return verdict.ExitOK
}

// sweeper is a sweep under way.
type sweeper struct {
	*sweepCommand
	con  *console
	cat  *catalogue
	lane string // as it stands behind a version, "" for none
}

// table runs all versions and holds them side by side.
func (s *sweeper) table(ctx context.Context, versions []string) (sweep.Table, error) {
	begun := time.Now()
	for _, v := range versions { // one after another, before any run: installing needs the network
		if _, err := (&sdk{version: v}).command(ctx, s.con); err != nil {
			return sweep.Table{}, err
		}
	}
	inputs := make([]sweep.Input, len(versions))
	failures := make([]error, len(versions))
	free := make(chan struct{}, s.Workers)
	var running sync.WaitGroup
	var print sync.Mutex
	for i, v := range versions {
		running.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			inputs[i], failures[i] = s.one(ctx, v)
			print.Lock()
			defer print.Unlock()
			if in := inputs[i]; failures[i] == nil {
				counts := verdict.Counts(in.Run.Results)
				fmt.Fprintf(s.con.err, "conform: %s%s: %d of %d cells failed, exit %d\n", sdkSubject+"@", v, counts["failed"], len(in.Run.Results), in.Exit)
			}
		})
	}
	running.Wait()
	if err := errors.Join(failures...); err != nil {
		return sweep.Table{}, err
	}
	table, err := sweep.Build(inputs, s.cat.contract)
	table.Millis = float64(time.Since(begun).Milliseconds())
	return table, err
}

// one runs a version in a process of its own, which seals itself.
func (s *sweeper) one(ctx context.Context, version string) (sweep.Input, error) {
	self, err := os.Executable()
	if err != nil {
		return sweep.Input{}, err
	}
	folder := filepath.Join(s.Out, version)
	cmd := exec.CommandContext(ctx, self, s.args(version, folder)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 30 * time.Second
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = io.Discard, &said
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return sweep.Input{}, fmt.Errorf("run %s: %w", version, err)
	}
	code := cmd.ProcessState.ExitCode()
	rec, err := jsonl.Open(filepath.Join(folder, reports.Results))
	if err != nil {
		return sweep.Input{}, fmt.Errorf("the run of %s left no results (exit %d: %s)", version, code, oneLine(said.String()))
	}
	return sweep.Input{Version: version, Folder: version, Exit: code, Run: rec.Run}, nil
}

// args are those of the run of one version.
func (s *sweeper) args(version, folder string) []string {
	args := []string{
		"run", "--subject", sdkSubject + "@" + version + s.lane, "--out", folder, "--workers", "1",
		"--level", s.Level, "--edition", s.Edition, "--seed", strconv.FormatUint(s.Seed, 10), "--pi", s.Pi,
	}
	for flag, values := range map[string][]string{"--only": s.Only, "--skip": s.Skip, "--cell": s.Cell, "--clause": s.Clause} {
		for _, v := range values {
			args = append(args, flag+"="+v)
		}
	}
	return args
}

func (s *sweeper) write(t sweep.Table) error {
	text, err := json.MarshalIndent(t, "", "  ")
	if err != nil {
		return fmt.Errorf("write the sweep: %w", err)
	}
	return errors.Join(
		reports.Replace(filepath.Join(s.Out, sweepHTML), func(w io.Writer) error { return sweep.HTML(w, t) }),
		reports.Replace(filepath.Join(s.Out, sweepMarkdown), func(w io.Writer) error { return sweep.Markdown(w, t) }),
		reports.Replace(filepath.Join(s.Out, sweepFile), func(w io.Writer) error { _, err := w.Write(append(text, '\n')); return err }),
	)
}

// readSweepOrder is the folders of a sweep's runs, in the order of its versions.
func readSweepOrder(dir string) ([]string, error) {
	text, err := os.ReadFile(filepath.Join(dir, sweepFile))
	if err != nil {
		return nil, err
	}
	var t sweep.Table
	if err := json.Unmarshal(text, &t); err != nil {
		return nil, err
	}
	var order []string
	for _, c := range t.Columns {
		order = append(order, c.Folder)
	}
	return order, nil
}
