package html

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/verdict"
)

// chunkSize is how much JSON goes into one chunk: enough for gzip to see how
// alike cells are, and unpacked in a few milliseconds.
const chunkSize = 512 << 10

// place is where the page finds a cell.
type place struct {
	chunk, slot int
	cut         bool // without its evidence
}

// writeData writes the evidence, and then the index that knows where it is.
func writeData(w io.Writer, run verdict.Run, c *contract.Contract, budget int) error {
	places := make([]place, len(run.Results))
	var chunk bytes.Buffer
	number, slot, spent := 0, 0, 0
	flush := func() error {
		if slot == 0 {
			return nil
		}
		chunk.WriteByte(']')
		n, err := pack(w, fmt.Sprintf("chunk-%d", number), chunk.Bytes())
		chunk.Reset()
		number, slot, spent = number+1, 0, spent+n
		return err
	}
	for _, i := range worstFirst(run.Results) {
		r := run.Results[i]
		if spent > budget && r.Evidence != nil {
			r.Evidence, places[i].cut = nil, true
		}
		text, err := json.Marshal(detail{r, gists(r)})
		if err != nil {
			return err
		}
		if slot == 0 {
			chunk.WriteByte('[')
		} else {
			chunk.WriteByte(',')
		}
		chunk.Write(text)
		places[i].chunk, places[i].slot = number, slot
		if slot++; chunk.Len() >= chunkSize {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	text, err := json.Marshal(newIndex(run, c, places))
	if err != nil {
		return err
	}
	_, err = pack(w, "index", text)
	return err
}

// detail is what the page of a cell is made from.
type detail struct {
	verdict.Result
	Gists map[string]string `json:"gists,omitempty"` // mismatch → the same in one line
}

func gists(r verdict.Result) map[string]string {
	all := map[string]string{}
	for _, f := range r.Findings {
		for _, m := range f.Mismatches {
			all[m] = verdict.Gist(m)
		}
	}
	return all
}

// worstFirst orders results for the budget: what went wrong, then what changed
// its mind, then the rest, each in the order of the plan.
func worstFirst(results []verdict.Result) []int {
	order := make([]int, len(results))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(results[b].Status, results[a].Status) })
	return order
}

// pack writes a text as a data block, compressed and in base64: no byte of it can
// end the element that holds it.
func pack(w io.Writer, id string, text []byte) (int, error) {
	var packed bytes.Buffer
	b64 := base64.NewEncoder(base64.StdEncoding, &packed)
	zip, err := gzip.NewWriterLevel(b64, gzip.DefaultCompression)
	if err != nil {
		return 0, err
	}
	for _, step := range []func() error{
		func() error { _, err := zip.Write(text); return err },
		zip.Close, b64.Close,
		func() error {
			_, err := fmt.Fprintf(w, "<script type=\"application/gzip\" id=\"%s\">%s</script>\n", id, packed.Bytes())
			return err
		},
	} {
		if err := step(); err != nil {
			return 0, err
		}
	}
	return packed.Len(), nil
}
