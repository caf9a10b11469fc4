package known

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/internal/nearest"
	"github.com/goccy/go-yaml"
)

// File is the known failures of one subject at one level.
type File struct {
	Subject string `yaml:"subject"`
	Edition string `yaml:"edition"`
	Level   string `yaml:"level"`
	// Declares is what the subject says of itself; nil where the file does not tell.
	Declares *Declares `yaml:"declares"`
	// Judged are the clauses that a run has shown, one way or the other: what could
	// be judged and cannot be any more is a change too. Nothing is said of that
	// where the list is empty.
	Judged     []string    `yaml:"judged"`
	Exceptions []Exception `yaml:"exceptions"`

	name string
}

// Exception is a failure that is known.
type Exception struct {
	Clause  string   `yaml:"clause"` // one, or several: RES-1|RES-2
	Cells   []string `yaml:"cells"`  // ids; * stands for any text
	Where   string   `yaml:"where"`  // instead of ids: axis=value|value or axis!=value, joined by commas
	Seen    []string `yaml:"seen"`   // parts of the mismatches: each mismatch holds one of them
	Reason  string   `yaml:"reason"`
	Issue   string   `yaml:"issue"`
	Owner   string   `yaml:"owner"`
	Expires string   `yaml:"expires"` // a day, as 2027-03-31: from the day after it is red
}

const day = "2006-01-02"

// Read reads a file and refuses entries that say too little.
func Read(path string, c *contract.Contract) (*File, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	f, err := parse(text, c)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	f.name = path
	return f, nil
}

func parse(text []byte, c *contract.Contract) (*File, error) {
	var f File
	if err := guarded(func() error { return yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(&f) }); err != nil {
		return nil, err // with line and column
	}
	if f.Subject == "" || f.Edition == "" || f.Level == "" {
		return nil, errors.New("subject, edition and level must be named: failures are known of one of each")
	}
	if !slices.Contains(levels, f.Level) {
		return nil, fmt.Errorf("level: %q is none of %s", f.Level, strings.Join(levels, ", "))
	}
	if len(f.Exceptions) == 0 {
		return nil, errors.New("no exceptions: a file that knows nothing is not needed")
	}
	for _, id := range f.Judged {
		if _, ok := c.Clause(id); !ok {
			return nil, fmt.Errorf("judged: no clause %q%s", id, nearest.Hint(id, c.IDs()))
		}
	}
	for i, e := range f.Exceptions {
		if err := e.check(c); err != nil {
			return nil, fmt.Errorf("exception %d: %w", i+1, err)
		}
	}
	return &f, nil
}

// guarded turns a panic of the YAML library, which odd text can provoke, into an
// error.
func guarded(read func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("no YAML that can be read: %v", p)
		}
	}()
	return read()
}

func (e Exception) clauses() []string { return strings.Split(e.Clause, "|") }

func (e Exception) check(c *contract.Contract) error {
	for _, id := range e.clauses() {
		if _, ok := c.Clause(id); !ok {
			return fmt.Errorf("no clause %q%s", id, nearest.Hint(id, c.IDs()))
		}
	}
	for _, field := range []struct {
		name  string
		empty bool
	}{
		{"cells", e.Where == "" && len(e.Cells) == 0 || slices.Contains(e.Cells, "")}, {"seen", len(e.Seen) == 0 || slices.Contains(e.Seen, "")},
		{"reason", e.Reason == ""}, {"issue", e.Issue == ""}, {"owner", e.Owner == ""}, {"expires", e.Expires == ""},
	} {
		if field.empty {
			return fmt.Errorf("%s: no %s", e.Clause, field.name)
		}
	}
	if e.Where != "" && len(e.Cells) > 0 {
		return fmt.Errorf("%s: cells and where: one of them says it", e.Clause)
	}
	if _, err := readWhere(e.Where); err != nil {
		return fmt.Errorf("%s: where: %w", e.Clause, err)
	}
	if _, err := time.Parse(day, e.Expires); err != nil {
		return fmt.Errorf("%s: expires: %q is no day such as 2027-03-31", e.Clause, e.Expires)
	}
	return nil
}

// levels are the levels of a plan, each a part of the next.
var levels = []string{"smoke", "pairwise", "full"}

// For refuses a run that the file is not about. A run of a lower level is a part
// of what the file knows.
func (f *File) For(subject, edition, level string) error {
	for _, x := range []struct{ what, file, run string }{{"subject", f.Subject, subject}, {"edition", f.Edition, edition}} {
		if x.file != x.run {
			return fmt.Errorf("%s knows failures of %s %s, and the run is of %s", f.name, x.what, x.file, x.run)
		}
	}
	if slices.Index(levels, level) > slices.Index(levels, f.Level) {
		return fmt.Errorf("%s knows failures up to level %s, and the run is of %s", f.name, f.Level, level)
	}
	return nil
}
