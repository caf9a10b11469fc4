package providers

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
)

// spill says which bodies are kept in files. The zero spill keeps none there.
type spill struct {
	folder string
	limit  int
}

// read takes a body. One larger than the limit is written to a file while it
// arrives. A body that cannot be read to its end is judged like any other that
// makes no sense.
func (s spill) read(r *http.Request) (body []byte, file string) {
	from := io.LimitReader(r.Body, maxBody)
	var text bytes.Buffer
	if r.ContentLength > 0 {
		text.Grow(int(min(r.ContentLength, maxBody)) + bytes.MinRead) // read in one go
	}
	if s.folder == "" {
		_, _ = text.ReadFrom(from)
		return text.Bytes(), ""
	}
	_, _ = text.ReadFrom(io.LimitReader(from, int64(s.limit)))
	if text.Len() < s.limit {
		return text.Bytes(), ""
	}
	out, err := os.CreateTemp(s.folder, "body-*.json")
	if err != nil {
		_, _ = text.ReadFrom(from) // a full disk costs memory, never the body
		return text.Bytes(), ""
	}
	defer out.Close()
	_, err = out.Write(text.Bytes())
	if _, more := io.Copy(&text, io.TeeReader(from, out)); err == nil {
		err = more
	}
	if err != nil {
		os.Remove(out.Name())
		_, _ = text.ReadFrom(from)
		return text.Bytes(), ""
	}
	return text.Bytes(), out.Name()
}

// Content is the whole body of the call, wherever it is kept.
func (c Call) Content() (string, error) {
	if c.BodyFile == "" {
		return c.Body, nil
	}
	text, err := os.ReadFile(c.BodyFile)
	if err != nil {
		return "", fmt.Errorf("read the body of call %d: %w", c.N, err)
	}
	return string(text), nil
}

// retire removes what the call has on disk.
func (c Call) retire() {
	if c.BodyFile != "" {
		os.Remove(c.BodyFile)
	}
}
