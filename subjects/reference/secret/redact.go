package secret

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// shortest is the length below which a value is not looked for: it would occur
// by chance, and taking it out would destroy the text.
const shortest = 6

// Redactor takes known secrets out of text.
type Redactor struct {
	secrets  []string
	replacer *strings.Replacer
}

// NewRedactor looks for the given plain texts.
func NewRedactor(secrets ...string) *Redactor {
	r := &Redactor{}
	for _, s := range secrets {
		if len(s) >= shortest && !slices.Contains(r.secrets, s) {
			r.secrets = append(r.secrets, s)
		}
	}
	// Longest first: of two secrets that start alike, the whole one goes.
	slices.SortFunc(r.secrets, func(a, b string) int { return len(b) - len(a) })
	pairs := make([]string, 0, 2*len(r.secrets))
	for _, s := range r.secrets {
		pairs = append(pairs, s, Mask)
	}
	r.replacer = strings.NewReplacer(pairs...)
	return r
}

// Text gives s without the secrets.
func (r *Redactor) Text(s string) string {
	for _, secret := range r.secrets {
		if strings.Contains(s, secret) {
			return r.replacer.Replace(s)
		}
	}
	return s
}

// JSON gives a document whose strings and names hold no secret. A document that
// does not parse is treated as text.
func (r *Redactor) JSON(raw []byte) []byte {
	if len(r.secrets) == 0 {
		return raw
	}
	// Without a backslash every string stands in the document as it is.
	if bytes.IndexByte(raw, '\\') < 0 {
		if text := string(raw); r.Text(text) == text {
			return raw
		}
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var doc any
	if err := dec.Decode(&doc); err != nil {
		return []byte(r.Text(string(raw)))
	}
	clean, err := json.Marshal(r.walk(doc))
	if err != nil {
		return []byte(r.Text(string(raw)))
	}
	return clean
}

func (r *Redactor) walk(doc any) any {
	switch v := doc.(type) {
	case string:
		return r.Text(v)
	case []any:
		for i := range v {
			v[i] = r.walk(v[i])
		}
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, member := range v {
			out[r.Text(name)] = r.walk(member)
		}
		return out
	}
	return doc
}
