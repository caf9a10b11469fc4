package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/agenta-ai/conform/internal/verify"
	"github.com/agenta-ai/conform/internal/verify/compare"
	"github.com/agenta-ai/conform/reports"
	"github.com/agenta-ai/conform/reports/jsonl"
	"github.com/agenta-ai/conform/reports/terminal"
	"github.com/agenta-ai/conform/verdict"
)

// execute verifies and writes the reports.
func (v *verifyPi) execute(ctx context.Context, con *console, o verify.Options) (int, error) {
	planned := verify.Plan(o)
	run := verdict.Run{Header: v.header(con, o, len(planned))}
	sum := sha256.Sum256([]byte(strings.Join(planned, "\n")))
	run.Header.Plan = hex.EncodeToString(sum[:8])
	file, err := jsonl.Create(filepath.Join(v.Out, reports.Results), run.Header)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	if err := forget(v.Out); err != nil {
		return 0, err
	}
	progress := terminal.NewProgress(con.out, run.Header, con.terminal())
	defer progress.Done()
	o.Sink = func(res verdict.Result) {
		progress.Cell(res)
		if v.Verbose {
			fmt.Fprintf(con.out, "%-8s %8.1fms  %s  %s\n", res.Status, res.Millis, res.Cell, oneLine(res.Reason))
		}
	}
	outcome, err := verify.Run(ctx, o)
	if err != nil {
		return 0, err
	}
	progress.Done()
	run.Results = outcome.Results
	var problems []string
	for _, res := range run.Results { // only now: narrowing down has the last word
		if err := file.Cell(res); err != nil {
			problems = append(problems, unwritten(err))
			break
		}
	}
	missing, odd := verdict.Account(planned, run.Results)
	problems = append(problems, odd...)
	counts := verdict.Counts(run.Results)
	footer := verdict.Footer{
		Type: "footer", End: time.Now(), Millis: float64(time.Since(run.Header.Start).Milliseconds()), Counts: counts,
		Exit:     verdict.ExitCode(run.Header, run.Results, ctx.Err() != nil, problems),
		Complete: len(missing) == 0 && counts[verdict.NotRun.String()] == 0,
		Causes:   verdict.Causes(run.Results), Problems: problems, PeakRSS: peakRSS(),
	}
	run.Footer = &footer
	finish(file, &footer)
	return footer.Exit, v.report(con, run, outcome)
}

// report writes all reports, and what the two agree on.
func (v *verifyPi) report(con *console, run verdict.Run, outcome verify.Outcome) error {
	areas := verify.Contract()
	err := reports.Write(v.Out, run, areas)
	files := []string{filepath.Join(v.Out, reports.Results)}
	if err == nil {
		files = append([]string{filepath.Join(v.Out, reports.HTML), filepath.Join(v.Out, reports.JUnit)}, files...)
	}
	err = errors.Join(err, terminal.Summary(con.out, run, areas, files, con.terminal()))
	fmt.Fprintf(con.out, "  real Pi   started %s, remembered %s\n\n", verdict.Plural(outcome.Played, "time"), verdict.Plural(outcome.Recalled, "time"))
	agreement(con, verify.Agreements(run.Results))
	return err
}

// agreement prints the agreement by area and version.
func agreement(con *console, all []verify.Agreement) {
	var versions []string
	for _, a := range all {
		if !slices.Contains(versions, a.Version) {
			versions = append(versions, a.Version)
		}
	}
	fmt.Fprintf(con.out, "  %-10s", "agreement")
	for _, version := range versions {
		fmt.Fprintf(con.out, "  %-24s", version)
	}
	fmt.Fprintln(con.out)
	for _, d := range compare.Areas() {
		fmt.Fprintf(con.out, "  %-10s", d.Area)
		for _, version := range versions {
			text := "not compared"
			for _, a := range all {
				if a.Version == version && a.Area == d.Area {
					text = fmt.Sprintf("%6.2f%% of %d", a.Percent(), a.Agree+a.Differ)
					if a.Deviates > 0 {
						text += fmt.Sprintf(", %d apart", a.Deviates)
					}
				}
			}
			fmt.Fprintf(con.out, "  %-24s", text)
		}
		fmt.Fprintln(con.out)
	}
}
