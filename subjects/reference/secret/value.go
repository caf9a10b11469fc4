package secret

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// Mask stands where a secret would have been printed.
const Mask = "[redacted]"

// Value is a text that shows itself only through Reveal. The text hides behind
// a pointer because fmt does not call methods on unexported fields: it would
// print a plain string there and prints an address here.
type Value struct{ text *string }

// New makes a secret of text.
func New(text string) Value { return Value{text: &text} }

// Reveal gives the plain text.
func (v Value) Reveal() string {
	if v.text == nil {
		return ""
	}
	return *v.text
}

// Empty says whether there is nothing that could authenticate: blanks do not.
func (v Value) Empty() bool { return strings.TrimSpace(v.Reveal()) == "" }

// String gives the mask.
func (v Value) String() string { return Mask }

// GoString gives the mask.
func (v Value) GoString() string { return Mask }

// Format writes the mask whatever the verb is.
func (v Value) Format(s fmt.State, _ rune) { io.WriteString(s, Mask) }

// LogValue gives the mask.
func (v Value) LogValue() slog.Value { return slog.StringValue(Mask) }

// MarshalJSON gives the mask.
func (v Value) MarshalJSON() ([]byte, error) { return json.Marshal(Mask) }

// UnmarshalJSON takes a string, or null for none.
func (v *Value) UnmarshalJSON(raw []byte) error {
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return err
	}
	*v = New(text)
	return nil
}
