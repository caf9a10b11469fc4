package journal

import (
	"net/http"
	"strings"
)

// Headers flattens h for a record: lower-case names, repeated values joined as
// HTTP allows. Host is not part of it; records name it themselves.
func Headers(h http.Header) map[string]string {
	flat := make(map[string]string, len(h))
	for name, values := range h {
		flat[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	return flat
}
