package pirpc

import (
	"strings"
	"sync"
)

// tailSize is how much of Pi's stderr is kept.
const tailSize = 4 << 10

// Tail keeps the last bytes of what is written to it.
type Tail struct {
	mu   sync.Mutex
	kept []byte
}

// Write takes more.
func (t *Tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, p...)
	if over := len(t.kept) - tailSize; over > 0 {
		t.kept = append(t.kept[:0], t.kept[over:]...)
	}
	return len(p), nil
}

// String gives what was kept.
func (t *Tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.kept))
}
