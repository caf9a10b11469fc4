package flight

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSidecarIsStrict(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, err string }{
		"good":     {`{"play":"0.87.1","records":"/r","show_env":["PATH"]}`, ""},
		"empty":    {`{}`, ""},
		"misspelt": {`{"recrods":"/r"}`, `unknown field "recrods"`},
		"kind":     {`{"records":5}`, "cannot unmarshal number"},
		"list":     {`[]`, "cannot unmarshal array"},
		"more":     {`{} {}`, "there is more after the object"},
		"cut":      {`{"play":`, "unexpected EOF"},
		"nothing":  {``, "EOF"},
		"blanks":   {" {}\n\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exe := filepath.Join(t.TempDir(), "pi")
			if err := os.WriteFile(exe+SidecarSuffix, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := LoadSidecar(exe)
			if (err == nil) != (c.err == "") || err != nil && (!strings.Contains(err.Error(), c.err) || !strings.HasPrefix(err.Error(), "read sidecar "+exe)) {
				t.Errorf("got %v, want %q", err, c.err)
			}
		})
	}
}

// FuzzSidecar reads any file: no panic, and what is read is written and read again
// as it is.
func FuzzSidecar(f *testing.F) {
	for _, s := range []string{"", "{}", "null", `{"play":"0.87.1","records":"/r","show_env":["PATH"]}`, `{"mark":"x","exec":["a"],"banner":"b","catalog":"c","install":"i"}`, `{"PLAY":"x"}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		exe := filepath.Join(t.TempDir(), "pi")
		if err := os.WriteFile(exe+SidecarSuffix, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := LoadSidecar(exe)
		if err != nil {
			return
		}
		if err := s.Write(exe); err != nil {
			t.Fatal(err)
		}
		if again, err := LoadSidecar(exe); err != nil || s.isZero() != again.isZero() || again.Play != s.Play || again.Records != s.Records {
			t.Errorf("written and read again: %v, %s", err, cmp.Diff(s, again))
		}
	})
}

// FuzzRecord reads any record, as a process that was killed may leave one.
func FuzzRecord(f *testing.F) {
	for _, s := range []string{
		"", "{", "{}\n", `{"start":{"pid":1}}` + "\n" + `{"stdin":"x"}` + "\n" + `{"request":{"url":"u"}}` + "\n" + `{"answer":{"index":0,"status":200}}` + "\n",
		`{"answer":{"index":-1}}` + "\n", `{"exit":{"code":1},"note":"n"}` + "\n" + `{"start":`,
	} {
		f.Add("flight-1-2.jsonl", s)
	}
	f.Fuzz(func(t *testing.T, name, text string) {
		record, err := assemble(name, []byte(text))
		if err != nil {
			return
		}
		at := strings.LastIndex(text, "\n") + 1
		cut, err := assemble(name, []byte(text[:at]))
		if diff := cmp.Diff(record, cut); err != nil || diff != "" {
			t.Errorf("without a cut last line: %v\n%s", err, diff)
		}
	})
}
