package runner

import (
	"net/http"
	"strings"

	"github.com/agenta-ai/conform/fakes/internal/journal"
)

// recorder keeps what is written to the caller.
type recorder struct {
	http.ResponseWriter
	entry *journal.Entry[Call]
	wrote bool
	kept  strings.Builder
	cut   bool
}

func (r *recorder) WriteHeader(status int) {
	if !r.wrote {
		r.wrote = true
		r.entry.Update(func(c *Call) {
			c.Status, c.ContentType = status, r.Header().Get("Content-Type")
		})
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if !r.wrote {
		r.WriteHeader(http.StatusOK)
	}
	room := min(len(p), maxKept-r.kept.Len())
	r.kept.Write(p[:room])
	r.cut = r.cut || room < len(p)
	return r.ResponseWriter.Write(p)
}

func (r *recorder) Flush() error { return http.NewResponseController(r.ResponseWriter).Flush() }

// FlushError is Flush under the name by which an http.ResponseController finds it.
func (r *recorder) FlushError() error { return r.Flush() }

// finish puts the whole reply into the journal, also one that was broken off.
func (r *recorder) finish() {
	r.entry.Update(func(c *Call) {
		c.Reply = r.kept.String()
		if r.cut && c.Error == "" {
			c.Error = "reply cut"
		}
	})
}
