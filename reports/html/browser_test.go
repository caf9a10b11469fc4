package html

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/agenta-ai/conform/reports/internal/sample"
	"github.com/agenta-ai/conform/verdict"
)

// browserPath finds a browser, or skips: in CI, where CONFORM_REQUIRE names
// "browser", its absence is a failure.
func browserPath(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium-headless-shell", "headless-shell", "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if strings.Contains(os.Getenv("CONFORM_REQUIRE"), "browser") {
		t.Fatal("CONFORM_REQUIRE wants a browser and there is none; apt-get install chromium-headless-shell")
	}
	t.Skip("no browser: apt-get install chromium-headless-shell")
	return ""
}

// tab is one page in a browser of its own profile. It fails the test if the page
// logs an error or asks for anything that is not in the file.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu       sync.Mutex
	outside  []string
	problems []string
}

func open(t *testing.T, run verdict.Run, o Options) *tab {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, render(t, run, o), 0o600); err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browserPath(t)), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1280, 900))
	limited, stop := context.WithTimeout(context.Background(), 3*time.Minute)
	t.Cleanup(stop)
	alloc, stopBrowser := chromedp.NewExecAllocator(limited, options...)
	t.Cleanup(stopBrowser)
	ctx, closeTab := chromedp.NewContext(alloc)
	t.Cleanup(closeTab)
	p := &tab{t: t, ctx: ctx}
	p.do(chromedp.EmulateViewport(1280, 900))
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	console, requests := chromedp.Console(ctx), chromedp.Events(ctx, network.RequestWillBeSent)
	go func() {
		for m, err := range console {
			if err != nil {
				return
			}
			p.mu.Lock()
			p.problems = append(p.problems, m.String())
			p.mu.Unlock()
		}
	}()
	go func() {
		for e, err := range requests {
			if err != nil {
				return
			}
			if !strings.HasPrefix(e.Request.URL, "file:") && !strings.HasPrefix(e.Request.URL, "data:") {
				p.mu.Lock()
				p.outside = append(p.outside, e.Request.URL)
				p.mu.Unlock()
			}
		}
	}()
	p.do(chromedp.Navigate((&url.URL{Scheme: "file", Path: path}).String()))
	p.until(`document.body.dataset.state === "ready"`)
	t.Cleanup(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if len(p.problems) > 0 || len(p.outside) > 0 {
			t.Errorf("console %q, requests %q", p.problems, p.outside)
		}
	})
	return p
}

func (p *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, steps...); err != nil {
		p.t.Fatal(err)
	}
}

func value[T any](p *tab, script string) T {
	p.t.Helper()
	v, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](script))
	if err != nil {
		p.t.Fatalf("%s: %v", script, err)
	}
	return v
}

// until waits for a condition; a page that never meets it must not hang the test.
func (p *tab) until(condition string) {
	p.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for !value[bool](p, "Boolean("+condition+")") {
		if time.Now().After(deadline) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.t.Fatalf("never: %s; console %q", condition, p.problems)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (p *tab) keys(keys string) { p.t.Helper(); p.do(chromedp.KeyEvent(keys)) }

func (p *tab) hash(hash string) {
	p.t.Helper()
	value[bool](p, fmt.Sprintf("(location.hash = %q, true)", hash))
}

// shot keeps a picture for people; go test -artifacts says where.
func (p *tab) shot(name string) {
	p.t.Helper()
	picture, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(p.t.ArtifactDir(), name+".png"), picture, 0o600); err != nil {
		p.t.Fatal(err)
	}
}

func (p *tab) prefers(scheme string) {
	p.t.Helper()
	_, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

const shown = `document.getElementById("shown").textContent`

func TestOverviewInABrowser(t *testing.T) {
	run := sample.Run(sample.Options{Cells: 1500, Evidence: true})
	p := open(t, run, Options{})
	for script, want := range map[string]string{
		`document.querySelector("#banner .word").textContent.trim()`:         "✗ BROKEN",
		`document.querySelector("#banner .sentence").textContent`:            run.Headline(),
		`document.querySelector('.tile[data-status=failed] .n').textContent`: "✗ 318",
		`document.getElementById("causes-title").textContent`:                "5 causes of what went wrong",
		shown: "1,500 cells",
		`document.querySelector("#rows .badge").textContent`: "! error",
	} {
		if got := value[string](p, script); got != want {
			t.Errorf("%s = %q, want %q", script, got, want)
		}
	}
	for name, want := range verdict.Counts(run.Results) {
		script := fmt.Sprintf(`(document.querySelector('.tile[data-status=%q] .n')?.textContent ?? "0").replace(/\D/g, "")`, name)
		if got := value[string](p, script); got != fmt.Sprint(want) {
			t.Errorf("%s cells: %q, want %d", name, got, want)
		}
	}
	p.shot("overview-light")
	for i, at := range []string{"boards-title", "matrix-title", "cells-title"} {
		value[bool](p, fmt.Sprintf(`(document.getElementById(%q).scrollIntoView(), true)`, at))
		p.shot(fmt.Sprintf("overview-light-%d", i+2))
	}
	p.prefers("dark")
	p.hash("board=clause")
	p.until(`document.querySelector("#board .statement")`)
	value[bool](p, `(scrollTo(0, 0), true)`)
	p.shot("overview-dark")
	value[bool](p, `(document.getElementById("boards-title").scrollIntoView(), true)`)
	p.shot("overview-dark-2")
	value[bool](p, `(document.getElementById("theme").click(), true)`)
	if got := value[string](p, `getComputedStyle(document.body).backgroundColor`); got != "rgb(247, 247, 245)" {
		t.Errorf("the toggle does not overrule the system: %s", got)
	}
	p.do(chromedp.EmulateViewport(400, 800))
	value[bool](p, `(scrollTo(0, 0), true)`)
	p.shot("narrow")
	if wide := value[float64](p, `document.documentElement.scrollWidth`); wide > 400 {
		t.Errorf("a narrow page is %v wide", wide)
	}
	value[bool](p, `(document.getElementById("cells-title").scrollIntoView(), true)`)
	p.shot("narrow-2")
}

func TestFilterLanguage(t *testing.T) {
	run := sample.Run(sample.Options{Cells: 1500})
	p := open(t, run, Options{})
	count := func(match func(verdict.Result) bool) string {
		n := 0
		for _, r := range run.Results {
			if match(r) {
				n++
			}
		}
		return fmt.Sprintf("%s of 1,500 cells", verdict.Number(n))
	}
	failed := func(r verdict.Result) bool { return r.Status == verdict.Failed }
	violates := func(id string) func(verdict.Result) bool {
		return func(r verdict.Result) bool {
			return strings.Contains(strings.Join(verdict.ViolatedClauses(r), " ")+" ", id+" ")
		}
	}
	for query, match := range map[string]func(verdict.Result) bool{
		"status:failed":                   failed,
		"status:failed,error":             func(r verdict.Result) bool { return failed(r) || r.Status == verdict.Error },
		"-status:failed":                  func(r verdict.Result) bool { return !failed(r) },
		"provider=groq|openai":            func(r verdict.Result) bool { return r.Axes["provider"] == "groq" || r.Axes["provider"] == "openai" },
		"model=*id":                       func(r verdict.Result) bool { return strings.HasSuffix(r.Axes["model"], "id") },
		"harness=claude,strict=strict-on": func(r verdict.Result) bool { return r.Axes["harness"] == "claude" && r.Axes["strict"] == "strict-on" },
		"violates:CFG-7":                  violates("CFG-7"),
		"status:failed clause:CFG-7":      func(r verdict.Result) bool { return failed(r) && shows(r, "CFG-7") },
		"violates:gap:2":                  violates("CFG-7"),
		"cause:1":                         func(r verdict.Result) bool { return verdict.CauseOf(r) == run.Footer.Causes[0].Signature },
		`"models.json is missing"`:        violates("CFG-7"),
		"together_ai status:failed":       func(r verdict.Result) bool { return failed(r) && strings.Contains(r.Cell, "together_ai") },
	} {
		p.hash("q=" + url.QueryEscape(query))
		want := count(match)
		deadline := time.Now().Add(3 * time.Second)
		got := value[string](p, shown)
		for got != want && time.Now().Before(deadline) {
			time.Sleep(20 * time.Millisecond)
			got = value[string](p, shown)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
		if strings.HasPrefix(want, "0 ") {
			t.Errorf("%s proves nothing: it matches no cell", query)
		}
	}
	p.hash("q=" + url.QueryEscape("provider=nobody clause:NIX-1 nix=3"))
	p.until(`document.getElementById("filter-problems").textContent.includes("no provider is nobody")`)
	if got := value[string](p, `document.getElementById("filter-problems").textContent`); !strings.Contains(got, "no clause NIX-1") || !strings.Contains(got, "no axis nix") {
		t.Errorf("problems: %q", got)
	}
}

func shows(r verdict.Result, clause string) bool {
	for _, f := range r.Findings {
		if f.Clause == clause && f.Judgement.Seen() {
			return true
		}
	}
	return false
}

func TestCellPage(t *testing.T) {
	run := sample.Run(sample.Options{Cells: 1500, Evidence: true})
	p := open(t, run, Options{})
	cause := run.Footer.Causes[1] // models.json is missing
	p.hash("cell=" + url.QueryEscape(cause.Representative))
	p.until(`document.querySelector("#cell h1")`)
	if got := value[string](p, `document.querySelector("#cell h1").textContent`); got != cause.Representative {
		t.Errorf("page of %q", got)
	}
	for _, want := range []string{"models.json is missing", "CFG-7", cause.Reproduce, "expectations/2026-07-02.yaml:131", "auth.json", "PI_CODING_AGENT_DIR", "/secrets/", "get_available_models", "The same in one form"} {
		if !value[bool](p, fmt.Sprintf(`document.getElementById("cell").textContent.includes(%q)`, want)) {
			t.Errorf("the page does not say %q", want)
		}
	}
	p.shot("cell-light")
	for i, id := range []string{"secrets", "files", "traffic", "phases"} {
		value[bool](p, fmt.Sprintf(`(document.getElementById("s-%s").scrollIntoView(), true)`, id))
		if id == "traffic" {
			value[bool](p, `(document.querySelectorAll("#s-traffic details")[1].open = true)`)
		}
		p.shot(fmt.Sprintf("cell-light-%d", i+2))
	}
	value[bool](p, `([...document.querySelectorAll(".file")].find((f) => f.textContent.includes("settings.json")).click(), true)`)
	if got := value[string](p, `document.querySelector(".pane").textContent`); !strings.Contains(got, "quietStartup") || !strings.Contains(got, "No difference.") {
		t.Errorf("settings.json, which the operator and Pi share, shows as %q", got)
	}
	p.prefers("dark")
	value[bool](p, `(scrollTo(0, 0), true)`)
	p.shot("cell-dark")
	p.do(chromedp.EmulateViewport(400, 800))
	p.shot("cell-narrow")
	if wide := value[float64](p, `document.documentElement.scrollWidth`); wide > 400 {
		t.Errorf("a narrow page is %v wide", wide)
	}
	p.do(chromedp.EmulateViewport(1280, 900))

	leaked := ""
	for _, r := range run.Results {
		if i, _ := verdict.Neighbour(r, run.Results); i >= 0 && strings.Contains(r.Cause, "operator") {
			leaked = r.Cell
			break
		}
	}
	p.hash("cell=" + url.QueryEscape(leaked))
	p.until(fmt.Sprintf(`document.querySelector("#cell h1").textContent === %q`, leaked))
	if got := value[string](p, `document.querySelector("#s-secrets li.bad")?.textContent ?? ""`); !strings.Contains(got, "processes[0].files[auth.json]") || !strings.Contains(got, "ISO-4") {
		t.Errorf("the leak in the secret flow: %q", got)
	}
	if n := value[int](p, `document.querySelectorAll("#s-secrets li:not(.bad)").length`); n != 4 {
		t.Errorf("%d sightings without objection, want 4", n)
	}
	value[bool](p, `(document.getElementById("s-secrets").scrollIntoView(), true)`)
	p.shot("cell-leak-dark")
	if got := value[string](p, `document.querySelector("#cell .neighbour").textContent`); !strings.HasPrefix(got, "Passes with ") {
		t.Errorf("neighbour: %q", got)
	}
	value[bool](p, `(document.querySelector("#s-neighbour details").open = true)`)
	p.until(`document.querySelector("#s-neighbour .diff")`)
	value[bool](p, `(document.getElementById("s-neighbour").scrollIntoView(), true)`)
	p.shot("cell-neighbour-dark")
}

func TestKeyboard(t *testing.T) {
	run := sample.Run(sample.Options{Cells: 400, Evidence: true})
	p := open(t, run, Options{})
	at := func() string {
		return value[string](p, `document.querySelector("#rows [aria-current]")?.getAttribute("aria-posinset") ?? ""`)
	}
	p.keys("j")
	if at() != "1" {
		t.Errorf("the first j is at row %s", at())
	}
	p.keys("j")
	p.keys("j")
	p.keys("k")
	if at() != "2" {
		t.Errorf("j j j k is at row %s", at())
	}
	p.keys("n")
	if got := value[string](p, `document.querySelector("#rows [aria-current] .badge").textContent`); got != "✗ failed" && got != "! error" {
		t.Errorf("n is at %q", got)
	}
	p.keys("\r")
	p.until(`!document.getElementById("cell").hidden && document.querySelector("#cell h1")`)
	first := value[string](p, `document.querySelector("#cell h1").textContent`)
	p.keys("n")
	p.until(fmt.Sprintf(`document.querySelector("#cell h1").textContent !== %q`, first))
	p.keys("\x1b")
	p.until(`!document.getElementById("overview").hidden`)
	p.keys("/")
	p.do(chromedp.KeyEvent("status:skipped"))
	p.until(`location.hash.includes("skipped")`)
	p.keys("\x1b")
	p.keys("\x1b")
	p.until(`!location.hash.includes("skipped")`)
	p.keys("?")
	p.until(`document.getElementById("help").open`)
	p.shot("help")
	p.keys("\x1b")
	p.until(`!document.getElementById("help").open`)
}

func TestHostileRunInABrowser(t *testing.T) {
	const evil = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>"'&`
	run := sample.Run(sample.Options{Cells: 3, Evidence: true})
	run.Header.Subject, run.Header.Unshown = evil, map[string]string{"ENV-2": evil}
	r := &run.Results[0]
	r.Cell, r.Reproduce, r.Status, r.Cause = evil, evil, verdict.Failed, ""
	r.Axes = map[string]string{"provider": evil, "model": evil}
	r.Findings = []verdict.Finding{{Clause: evil, Judgement: verdict.Violated, Mismatches: []string{evil}}}
	r.Evidence.Log, r.Evidence.Processes[0].Files[0].Content, r.Evidence.Sightings[0].Place = []string{evil}, evil, evil
	run.Footer.Problems = []string{evil}
	p := open(t, run, Options{})
	p.hash("cell=" + url.QueryEscape(evil))
	p.until(`document.querySelector("#cell h1")`)
	value[bool](p, `(document.querySelectorAll("details").forEach((d) => (d.open = true)), true)`)
	if n := value[int](p, `document.querySelectorAll("img, main script, iframe").length`); n != 0 {
		t.Errorf("%d elements out of data", n)
	}
	if got := value[string](p, `document.title`); strings.Contains(got, "owned") && !strings.Contains(got, "<img") {
		t.Errorf("title %q", got)
	}
	if got := value[string](p, `document.querySelector("#cell h1").textContent`); got != evil {
		t.Errorf("the text is not as it was: %q", got)
	}
}

func TestRunsThatAreNotWhole(t *testing.T) {
	green := sample.Run(sample.Options{Cells: 200, Green: true})
	p := open(t, green, Options{})
	if got := value[string](p, `document.querySelector("#banner .word").textContent.trim()`); got != "✓ PASS" {
		t.Errorf("a green run: %q", got)
	}
	p.shot("green")
	empty := open(t, verdict.Run{Header: verdict.Header{Planned: 7, Edition: "2026-07-02"}}, Options{})
	if got := value[string](empty, `document.querySelector("#banner .word").textContent.trim()`); got != "✗ INCOMPLETE" {
		t.Errorf("an empty run: %q", got)
	}
}

func TestTwentyThousandCells(t *testing.T) {
	if testing.Short() {
		t.Skip("short")
	}
	run := sample.Run(sample.Options{Cells: 20_000})
	began := time.Now()
	p := open(t, run, Options{})
	t.Logf("written, opened and drawn in %v", time.Since(began).Round(time.Millisecond))
	t.Logf("ready %.0f ms after the navigation began", value[float64](p, `performance.now()`))
	for _, q := range []string{"status:failed", "provider=groq model=*id", "gap:2 -status:skipped", "models.json"} {
		ms := value[float64](p, fmt.Sprintf(`(() => { const box = document.getElementById("search"); box.value = %q; const t = performance.now(); history.replaceState(null, "", "#q=" + encodeURIComponent(box.value)); dispatchEvent(new PopStateEvent("popstate")); return performance.now() - t; })()`, q))
		t.Logf("%-28s %5.1f ms, %s", q, ms, value[string](p, shown))
		if ms > 1000 {
			t.Errorf("%s took %.0f ms", q, ms)
		}
	}
	if n := value[int](p, `document.querySelectorAll("#rows .row").length`); n == 0 || n > 100 {
		t.Errorf("%d rows in the page", n)
	}
}
