package verdict

// ExitCode is the exit code of a run. When several apply, the one that says
// most about how far the others can be trusted wins:
//
//	130  interrupted: whatever else is known, it is known of a part only
//	  3  broken: a problem of the run itself, or a case that ended in an error
//	  4  incomplete: no cells, another number than planned, a cell not run,
//	     no cell in which anything could be seen, or a required clause that
//	     was not judged
//	  5  unexpected pass: an exception is out of date
//	  1  failed: the subject violates the contract
//	  0  all held
//
// It never returns 2: a usage error is found before there is a run.
func ExitCode(h Header, results []Result, interrupted bool, problems []string) int {
	counts := Counts(results)
	switch {
	case interrupted:
		return ExitInterrupted
	case len(problems) > 0 || counts[Error.String()] > 0:
		return ExitBroken
	case len(results) == 0 || len(results) != h.Planned || counts[NotRun.String()] > 0,
		counts[Skipped.String()] == len(results),
		len(Unjudged(h, results)) > 0:
		return ExitIncomplete
	case counts[UnexpectedPass.String()] > 0:
		return ExitExceptions
	case counts[Failed.String()] > 0:
		return ExitFailed
	}
	return ExitOK
}
