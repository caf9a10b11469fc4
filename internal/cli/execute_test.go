package cli

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/agenta-ai/conform/reports/jsonl"
	"github.com/agenta-ai/conform/verdict"
)

// A run whose last line does not get to the disk is broken, whatever it found,
// and says so once.
func TestFinishTellsWhatCannotBeWritten(t *testing.T) {
	file, err := jsonl.Create(filepath.Join(t.TempDir(), "results.jsonl"), verdict.Header{Tool: "conform"})
	if err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	footer := verdict.Footer{Exit: verdict.ExitOK}
	finish(file, &footer)
	finish(file, &footer)
	if want := []string{"the results cannot be written: write result: the file is closed"}; !slices.Equal(footer.Problems, want) {
		t.Errorf("problems %q, want %q", footer.Problems, want)
	}
	if footer.Exit != verdict.ExitBroken {
		t.Errorf("exit %d, want %d", footer.Exit, verdict.ExitBroken)
	}
}

func TestFinishOfAWholeRunIsSilent(t *testing.T) {
	file, err := jsonl.Create(filepath.Join(t.TempDir(), "results.jsonl"), verdict.Header{Tool: "conform"})
	if err != nil {
		t.Fatal(err)
	}
	footer := verdict.Footer{Exit: verdict.ExitFailed}
	if finish(file, &footer); footer.Exit != verdict.ExitFailed || footer.Problems != nil {
		t.Errorf("exit %d, problems %q", footer.Exit, footer.Problems)
	}
}
