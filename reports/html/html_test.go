package html

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/reports/internal/sample"
	"github.com/agenta-ai/conform/verdict"
)

func render(t testing.TB, run verdict.Run, o Options) []byte {
	t.Helper()
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := Write(&out, run, c, o); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var block = regexp.MustCompile(`<script type="application/gzip" id="([a-z0-9-]+)">([A-Za-z0-9+/=]*)</script>`)

// unpack does what the page does.
func unpack(t *testing.T, page []byte, into map[string]any) index {
	t.Helper()
	var x index
	for _, m := range block.FindAllSubmatch(page, -1) {
		raw, err := base64.StdEncoding.DecodeString(string(m[2]))
		if err != nil {
			t.Fatal(err)
		}
		zip, err := gzip.NewReader(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(zip)
		if err != nil {
			t.Fatal(err)
		}
		if string(m[1]) == "index" {
			if err := json.Unmarshal(text, &x); err != nil {
				t.Fatal(err)
			}
			continue
		}
		var results []verdict.Result
		if err := json.Unmarshal(text, &results); err != nil {
			t.Fatal(err)
		}
		into[string(m[1])] = results
	}
	return x
}

func TestEveryCellIsFound(t *testing.T) {
	run := sample.Run(sample.Options{Cells: 200, Evidence: true})
	chunks := map[string]any{}
	x := unpack(t, render(t, run, Options{}), chunks)
	if len(x.Cells.ID) != 200 || len(chunks) < 2 {
		t.Fatalf("%d cells in %d chunks", len(x.Cells.ID), len(chunks))
	}
	for i, r := range run.Results {
		chunk := chunks["chunk-"+itoa(x.Cells.Chunk[i])].([]verdict.Result)
		got := chunk[x.Cells.Slot[i]]
		if got.Cell != r.Cell || got.Evidence == nil || x.Cells.ID[i] != r.Cell || verdict.Status(x.Cells.Status[i]) != r.Status {
			t.Fatalf("cell %d: %s stands for %s", i, got.Cell, r.Cell)
		}
		for k, a := range x.Axes {
			if a.Values[x.Cells.Axes[k][i]] != r.Axes[a.Name] {
				t.Fatalf("%s: %s is %s", r.Cell, a.Name, a.Values[x.Cells.Axes[k][i]])
			}
		}
		if bad := r.Status >= verdict.UnexpectedPass; bad != (x.Cells.Cause[i] >= 0) {
			t.Errorf("%s: %v has cause %d", r.Cell, r.Status, x.Cells.Cause[i])
		}
	}
	if x.Axes[0].Name != "harness" || x.Axes[3].Name != "provider" {
		t.Errorf("the axes do not follow the cell id: %v", x.Axes)
	}
}

func TestBudgetKeepsWhatWentWrong(t *testing.T) {
	run := sample.Run(sample.Options{Cells: 720, Evidence: true})
	chunks := map[string]any{}
	x := unpack(t, render(t, run, Options{MaxEvidence: 1 << 10}), chunks)
	cut, kept := 0, 0
	for i, r := range run.Results {
		has := chunks["chunk-"+itoa(x.Cells.Chunk[i])].([]verdict.Result)[x.Cells.Slot[i]].Evidence != nil
		if has == (x.Cells.Cut[i] == 1) {
			t.Fatalf("%s: evidence %v, cut %d", r.Cell, has, x.Cells.Cut[i])
		}
		if r.Status == verdict.Error && !has {
			t.Errorf("%s broke and has no evidence", r.Cell)
		}
		if has {
			kept++
		} else {
			cut++
		}
	}
	if kept == 0 || cut == 0 || run.Results[0].Evidence == nil {
		t.Errorf("%d kept, %d cut; the run itself must stay as it is", kept, cut)
	}
}

func TestDataNeverBecomesMarkup(t *testing.T) {
	const evil = `</script><script>alert(1)</script><img src=x onerror=alert(1)>{{script}}{{data}}`
	run := sample.Run(sample.Options{Cells: 2, Evidence: true})
	run.Header.Subject, run.Footer.Problems = evil, []string{evil}
	run.Results[0].Cell, run.Results[0].Reason, run.Results[0].Axes["provider"] = evil, evil, evil
	page := string(render(t, run, Options{}))
	if strings.Contains(page, "alert(1)") {
		t.Error("data stands in the page as it is")
	}
	if n := strings.Count(page, "<script type=\"module\">"); n != 1 {
		t.Errorf("%d modules", n)
	}
	for _, outside := range []string{"http://", "https://", "//cdn", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("} {
		if strings.Contains(page, outside) {
			t.Errorf("the page contains %s", outside)
		}
	}
	if !strings.Contains(page, "default-src 'none'; script-src 'sha256-") {
		t.Error("no policy")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestWriteTellsAFullDisk(t *testing.T) {
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	if err := Write(full{}, verdict.Run{}, c, Options{}); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("got %v", err)
	}
}

func itoa(n int) string { return strconv.Itoa(n) }
