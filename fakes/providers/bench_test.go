package providers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/fakes/providers"
)

// BenchmarkServeHTTP is the fakes' own part of a request, without a network.
func BenchmarkServeHTTP(b *testing.B) {
	code := strings.Repeat(`func main() {\n\tfmt.Println(\"hello\")\n}\n`, 2200)
	for _, c := range []struct {
		name   string
		stream bool
		prompt string
	}{{"plain", false, "hi"}, {"streamed", true, "hi"}, {"90 KB prompt", false, code}} {
		b.Run(c.name, func(b *testing.B) {
			fake := providers.New(providers.Alone(), providers.WithJournalOf(100))
			fake.Play(providers.Script{AnyKey: true, Reply: strings.Repeat("The quick brown fox ", 13)})
			body := fmt.Sprintf(`{"model":"openai/gpt-4o","stream":%t,"messages":[{"role":"system","content":"%s"},{"role":"user","content":"bench"}]}`, c.stream, c.prompt)
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(http.MethodPost, "/api/v1/chat/completions", strings.NewReader(body))
				r.Header.Set("Authorization", "Bearer k")
				w := httptest.NewRecorder()
				if fake.ServeHTTP(w, r); w.Code != http.StatusOK {
					b.Fatal(w.Body)
				}
			}
		})
	}
}
