package html

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/verdict"
)

//go:embed assets
var assets embed.FS

// scripts are joined in this order into one module.
var scripts = []string{
	"dom", "data", "status", "query", "state", "head", "boards", "causes", "matrix", "list", "keys",
	"diff", "cell", "expected", "neighbour", "evidence", "files", "traffic", "main",
}

var styles = []string{"colors", "base", "overview", "cell"}

// Options bound the file.
type Options struct {
	// MaxEvidence is how many bytes of packed evidence the file may hold; 0 is
	// DefaultMaxEvidence. The cells that went wrong come first; a cell that finds no
	// room keeps everything but its evidence, and its page says where that is.
	MaxEvidence int
}

// DefaultMaxEvidence keeps a report of any size below what browsers open at once.
const DefaultMaxEvidence = 64 << 20

// Write writes the report.
func Write(w io.Writer, run verdict.Run, c *contract.Contract, o Options) error {
	style, err := join("assets/%s.css", styles)
	if err != nil {
		return err
	}
	script, err := join("assets/js/%s.js", scripts)
	if err != nil {
		return err
	}
	page, err := assets.ReadFile("assets/page.html")
	if err != nil {
		return fmt.Errorf("write html: %w", err)
	}
	fill := strings.NewReplacer("{{policy}}", policy(style, script), "{{style}}", string(style), "{{script}}", string(script))
	head, tail, ok := strings.Cut(string(page), "{{data}}")
	if !ok {
		return fmt.Errorf("write html: page.html has no place for the data")
	}
	out := &failing{w: w}
	_, _ = fill.WriteString(out, head) // out keeps the error
	if err := writeData(out, run, c, cmp.Or(o.MaxEvidence, DefaultMaxEvidence)); err != nil {
		return fmt.Errorf("write html: %w", err)
	}
	_, _ = fill.WriteString(out, tail)
	if out.err != nil {
		return fmt.Errorf("write html: %w", out.err)
	}
	return nil
}

// join reads assets and puts them one after another.
func join(pattern string, names []string) ([]byte, error) {
	var all bytes.Buffer
	for _, name := range names {
		text, err := assets.ReadFile(fmt.Sprintf(pattern, name))
		if err != nil {
			return nil, fmt.Errorf("write html: %w", err)
		}
		all.Write(text)
	}
	return all.Bytes(), nil
}

// policy lets the page run its own script and style and nothing else: no
// network, no other script, however it might get into the data.
func policy(style, script []byte) string {
	hash := func(text []byte) string {
		sum := sha256.Sum256(text)
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return strings.Join([]string{
		"default-src 'none'", "script-src " + hash(script), "style-src " + hash(style),
		"img-src data:", "base-uri 'none'", "form-action 'none'",
	}, "; ")
}

// failing keeps the first error of a writer, so that a sequence of writes is
// checked once.
type failing struct {
	w   io.Writer
	err error
}

func (f *failing) Write(p []byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	var n int
	n, f.err = f.w.Write(p)
	return n, f.err
}
