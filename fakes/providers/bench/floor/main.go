// Command floor is the least that a fake provider could be: it parses the
// request, makes an id, and writes one fixed answer with net/http. As a stream it
// flushes each event, or all of them together with -together.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "address")
	together := flag.Bool("together", false, "write all events of a stream at once")
	text := flag.String("text", "", "what is answered")
	flag.Parse()
	var count atomic.Int64
	var pieces []string
	for rest := *text; rest != ""; {
		n := min(20, len(rest))
		pieces = append(pieces, rest[:n])
		rest = rest[n:]
	}
	handler := func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		var asked struct {
			Model  string `json:"model"`
			Stream bool   `json:"stream"`
		}
		if json.Unmarshal(body, &asked) != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		id := fmt.Sprintf("gen-%d", count.Add(1))
		if !asked.Stream {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"id":%q,"object":"chat.completion","created":1,"model":%q,"choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":%q}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}`, id, asked.Model, *text)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		out := http.NewResponseController(w)
		var all strings.Builder
		send := func(event string) {
			if *together {
				all.WriteString(event)
				return
			}
			io.WriteString(w, event)
			_ = out.Flush() // the client went away
		}
		head := fmt.Sprintf(`data: {"id":%q,"object":"chat.completion.chunk","created":1,"model":%q,"choices":[`, id, asked.Model)
		for _, piece := range pieces {
			send(fmt.Sprintf("%s{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":%q},\"finish_reason\":null}]}\n\n", head, piece))
		}
		send(head + "{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n")
		send(head + "],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}}\n\n")
		send("data: [DONE]\n\n")
		if *together {
			io.WriteString(w, all.String())
		}
	}
	fmt.Fprintln(os.Stderr, http.ListenAndServe(*listen, http.HandlerFunc(handler)))
	os.Exit(1)
}
