package providers

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// meter counts what a Server does, for a monitoring system. A nil meter counts
// nothing.
type meter struct {
	mu      sync.Mutex
	calls   map[series]*tally
	open    int
	buckets []float64 // upper bounds, seconds
}

// series is what calls are counted apart by.
type series struct {
	host, dialect, refusal string
	behaviour              Kind
	end                    Ending
	status                 int
}

type tally struct {
	calls, events, bytes int
	seconds              float64
	below                []int // calls for each bucket
}

func newMeter() *meter {
	return &meter{calls: map[series]*tally{}, buckets: []float64{.001, .005, .025, .1, .5, 2.5, 10, 60}}
}

func (m *meter) begin() {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.open++
}

// count takes a call that has ended.
func (m *meter) count(c *Call, took time.Duration) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.open--
	s := series{c.Host, c.Dialect, c.Refusal, c.Behaviour, c.End, c.Status}
	t := m.calls[s]
	if t == nil {
		t = &tally{below: make([]int, len(m.buckets))}
		m.calls[s] = t
	}
	t.calls++
	t.events += c.Events
	t.bytes += c.Sent
	t.seconds += took.Seconds()
	for i, bound := range m.buckets {
		if took.Seconds() <= bound {
			t.below[i]++
		}
	}
}

// write prints everything in the text format of Prometheus.
func (m *meter) write(w io.Writer) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out strings.Builder
	all := slices.SortedFunc(maps.Keys(m.calls), func(a, b series) int {
		return cmp.Or(cmp.Compare(a.host, b.host), cmp.Compare(a.dialect, b.dialect), cmp.Compare(a.status, b.status),
			cmp.Compare(a.refusal, b.refusal), cmp.Compare(a.behaviour, b.behaviour), cmp.Compare(a.end, b.end))
	})
	head := func(name, kind, help string) {
		fmt.Fprintf(&out, "# HELP conform_provider_%s %s\n# TYPE conform_provider_%s %s\n", name, help, name, kind)
	}
	each := func(name, help string, value func(t *tally) int) {
		head(name, "counter", help)
		for _, s := range all {
			fmt.Fprintf(&out, "conform_provider_%s{%s} %d\n", name, s.labels(), value(m.calls[s]))
		}
	}
	head("open_calls", "gauge", "Calls that are being answered.")
	fmt.Fprintf(&out, "conform_provider_open_calls %d\n", m.open)
	each("calls_total", "Calls that have ended.", func(t *tally) int { return t.calls })
	each("events_total", "Events of streams sent.", func(t *tally) int { return t.events })
	each("sent_bytes_total", "Bytes of answers' bodies.", func(t *tally) int { return t.bytes })
	head("call_seconds", "histogram", "From arrival to the end of the answer.")
	for _, s := range all {
		t := m.calls[s]
		for i, bound := range m.buckets {
			fmt.Fprintf(&out, "conform_provider_call_seconds_bucket{%s,le=%q} %d\n", s.labels(), strconv.FormatFloat(bound, 'g', -1, 64), t.below[i])
		}
		fmt.Fprintf(&out, "conform_provider_call_seconds_bucket{%s,le=\"+Inf\"} %d\n", s.labels(), t.calls)
		fmt.Fprintf(&out, "conform_provider_call_seconds_sum{%s} %g\n", s.labels(), t.seconds)
		fmt.Fprintf(&out, "conform_provider_call_seconds_count{%s} %d\n", s.labels(), t.calls)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func (s series) labels() string {
	return fmt.Sprintf("host=%q,dialect=%q,status=\"%d\",refusal=%q,behaviour=%q,end=%q",
		s.host, s.dialect, s.status, s.refusal, s.behaviour, s.end)
}
