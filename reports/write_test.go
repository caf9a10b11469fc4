package reports

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/reports/internal/sample"
	"github.com/agenta-ai/conform/reports/jsonl"
	"github.com/agenta-ai/conform/reports/terminal"
	"github.com/agenta-ai/conform/verdict"
)

func load(t *testing.T) *contract.Contract {
	t.Helper()
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestAllFormatsAgree writes a run that has every status in every format and
// reads the counts back from each.
func TestAllFormatsAgree(t *testing.T) {
	run := sample.Run(sample.Options{Cells: 1500, Evidence: true})
	run.Results[3].Status, run.Results[3].Reason = verdict.NotRun, "the lane was gone"
	run.Results[4].Status, run.Results[4].Reason = verdict.UnexpectedPass, "issue 7 seems mended"
	want := verdict.Counts(run.Results)
	for status, n := range want {
		if n == 0 {
			t.Fatalf("the sample proves nothing of %s", status)
		}
	}
	dir := t.TempDir()
	w, err := jsonl.Create(filepath.Join(dir, Results), run.Header)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range run.Results {
		if err := w.Cell(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Finish(*run.Footer); err != nil {
		t.Fatal(err)
	}
	read, err := jsonl.Open(filepath.Join(dir, Results))
	if err != nil {
		t.Fatal(err)
	}
	if err := Write(dir, read.Run, load(t)); err != nil {
		t.Fatal(err)
	}
	if got := verdict.Counts(read.Results); !maps.Equal(got, want) {
		t.Errorf("results.jsonl has %v, want %v", got, want)
	}
	if got := fromHTML(t, filepath.Join(dir, HTML)); !maps.Equal(got, want) {
		t.Errorf("report.html has %v, want %v", got, want)
	}
	if got := fromTerminal(t, read.Run); !maps.Equal(got, want) {
		t.Errorf("the terminal has %v, want %v", got, want)
	}
	folded := map[string]int{
		"failure": want["failed"] + want["unexpected-pass"],
		"error":   want["error"] + want["not-run"],
		"skipped": want["skipped"] + want["expected-failed"],
		"passed":  want["passed"] + want["flaky"],
	}
	if got := fromJUnit(t, filepath.Join(dir, JUnit)); !maps.Equal(got, folded) {
		t.Errorf("junit.xml has %v, want %v", got, folded)
	}
}

func fromHTML(t *testing.T, path string) map[string]int {
	t.Helper()
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`id="index">([^<]*)<`).FindSubmatch(page)
	if m == nil {
		t.Fatal("no index")
	}
	zip, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(m[1])))
	if err != nil {
		t.Fatal(err)
	}
	var index struct{ Cells struct{ Status []int } }
	if err := json.NewDecoder(zip).Decode(&index); err != nil {
		t.Fatal(err)
	}
	counts := verdict.Counts(nil)
	for _, s := range index.Cells.Status {
		counts[verdict.Status(s).String()]++
	}
	return counts
}

func fromTerminal(t *testing.T, run verdict.Run) map[string]int {
	t.Helper()
	var out strings.Builder
	if err := terminal.Summary(&out, run, load(t), nil, terminal.Options{}); err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^  cells .*$`).FindString(out.String())
	counts := verdict.Counts(nil)
	for _, m := range regexp.MustCompile(`([\d,]+) ([a-z-]+)`).FindAllStringSubmatch(line, -1) {
		var n int
		if _, err := fmt.Sscan(strings.ReplaceAll(m[1], ",", ""), &n); err != nil {
			t.Fatal(err)
		}
		counts[m[2]] = n
	}
	return counts
}

func fromJUnit(t *testing.T, path string) map[string]int {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Suites []struct {
			Cases []struct {
				Failure *struct{} `xml:"failure"`
				Error   *struct{} `xml:"error"`
				Skipped *struct{} `xml:"skipped"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, s := range doc.Suites {
		for _, c := range s.Cases {
			switch {
			case c.Failure != nil:
				counts["failure"]++
			case c.Error != nil:
				counts["error"]++
			case c.Skipped != nil:
				counts["skipped"]++
			default:
				counts["passed"]++
			}
		}
	}
	return counts
}

func TestAReportIsReplacedWholeOrNotAtAll(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	write := func(text string, err error) error {
		return Replace(path, func(w io.Writer) error {
			_, werr := w.Write([]byte(text))
			return errors.Join(werr, err)
		})
	}
	if err := write("first", nil); err != nil {
		t.Fatal(err)
	}
	if err := write("half of the sec", errors.New("disk full")); err == nil {
		t.Error("no error")
	}
	text, err := os.ReadFile(path)
	if err != nil || string(text) != "first" {
		t.Errorf("after a failure: %q, %v", text, err)
	}
	if err := write("second", nil); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if text, _ := os.ReadFile(path); string(text) != "second" {
		t.Errorf("after a success: %q", text)
	}
}

func TestSizesAndTimes(t *testing.T) {
	if testing.Short() {
		t.Skip("short")
	}
	run := sample.Run(sample.Options{Cells: 1500, Evidence: true})
	text, err := json.Marshal(run.Results[1].Evidence)
	if err != nil {
		t.Fatal(err)
	}
	dir, began := t.TempDir(), time.Now()
	if err := Write(dir, run, load(t)); err != nil {
		t.Fatal(err)
	}
	took := time.Since(began)
	for name, most := range map[string]int64{JUnit: 4 << 20, HTML: 12 << 20} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d KiB for 1,500 cells of %d KiB evidence", name, info.Size()>>10, len(text)>>10)
		if info.Size() > most {
			t.Errorf("%s is %d bytes", name, info.Size())
		}
	}
	t.Logf("written in %v", took.Round(time.Millisecond))
}
