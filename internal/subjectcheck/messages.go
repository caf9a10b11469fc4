package subjectcheck

import (
	"encoding/json"
	"fmt"
	"sync"

	"github.com/agenta-ai/conform/subjects/protocol"
	"github.com/agenta-ai/conform/subjects/protocol/validate"
)

// Messages holds every message of a conversation against the protocol's schema.
// Its Tap is for one driver at a time.
type Messages struct {
	schema *validate.Validator

	mu      sync.Mutex
	asked   map[int64]string // method by id
	seen    int
	invalid []string
}

// NewMessages compiles the schema.
func NewMessages() (*Messages, error) {
	schema, err := validate.New()
	if err != nil {
		return nil, err
	}
	return &Messages{schema: schema, asked: map[int64]string{}}, nil
}

// Tap looks at one message.
func (m *Messages) Tap(dir protocol.Direction, line []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.seen++
	var f protocol.Frame
	_ = json.Unmarshal(line, &f) // what is no frame has no method, and the schema says why
	method := ""
	if f.ID != nil {
		if dir == protocol.ToDriver {
			m.asked[*f.ID] = f.Method
		}
		method = m.asked[*f.ID]
	}
	if err := m.schema.Line(dir, method, line); err != nil {
		m.invalid = append(m.invalid, fmt.Sprintf("message %s, %s: %s", dir, orUnknown(method), err))
	}
}

func orUnknown(method string) string {
	if method == "" {
		return "of no known request"
	}
	return method
}

// Result is how many messages were seen, and what is wrong with those that do
// not keep to the schema.
func (m *Messages) Result() (seen int, invalid []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.seen, append([]string(nil), m.invalid...)
}
