package runner

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// forward hands the request on as it came and passes the reply back while it
// is being written.
func (t *Tap) forward(w *recorder, r *http.Request, upstream *url.URL, body []byte) {
	ctx, cancel := context.WithCancel(r.Context()) // a caller that goes away cancels the runner's request
	defer cancel()
	go func() { // so does the end of the case
		select {
		case <-w.entry.Ended():
			cancel()
		case <-ctx.Done():
		}
	}()

	resp, err := t.transport.RoundTrip(request(ctx, r, upstream, body))
	if err != nil {
		note(w.entry, "the runner did not answer: "+err.Error())
		if ctx.Err() != nil {
			panic(http.ErrAbortHandler)
		}
		writeJSON(w, http.StatusBadGateway, result{Error: "the runner did not answer"})
		return
	}
	defer resp.Body.Close()

	header := w.Header()
	for name, values := range resp.Header {
		if !hop(name, resp.Header) {
			header[name] = values
		}
	}
	w.WriteHeader(resp.StatusCode)
	err = w.Flush() // a runner that has begun may be silent for long
	if err == nil {
		err = pass(w, resp.Body)
	}
	if err != nil {
		note(w.entry, err.Error())
		panic(http.ErrAbortHandler) // the caller must see that the reply is not whole
	}
}

// request is r with the runner's address in place of the tap's.
func request(ctx context.Context, r *http.Request, upstream *url.URL, body []byte) *http.Request {
	target := *r.URL
	target.Scheme, target.Host = upstream.Scheme, upstream.Host
	if base := strings.TrimSuffix(upstream.Path, "/"); base != "" {
		target.Path, target.RawPath = base+r.URL.Path, ""
	}
	out := (&http.Request{
		Method:        r.Method,
		URL:           &target,
		Header:        make(http.Header, len(r.Header)),
		Body:          io.NopCloser(bytes.NewReader(body)),
		ContentLength: int64(len(body)),
	}).WithContext(ctx)
	if len(body) == 0 {
		out.Body = http.NoBody
	}
	for name, values := range r.Header {
		if !hop(name, r.Header) {
			out.Header[name] = values
		}
	}
	if _, ok := out.Header["User-Agent"]; !ok {
		out.Header["User-Agent"] = nil // net/http would add its own
	}
	return out
}

// hop reports whether the header concerns one connection only (RFC 9110, 7.6.1).
func hop(name string, h http.Header) bool {
	switch name {
	case "Connection", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade":
		return true
	}
	for _, named := range h["Connection"] {
		for token := range strings.SplitSeq(named, ",") {
			if strings.EqualFold(strings.TrimSpace(token), name) {
				return true
			}
		}
	}
	return false
}

// pass copies the reply and flushes each piece, so that a streamed record is
// not held back.
func pass(w *recorder, body io.Reader) error {
	piece := make([]byte, 16<<10)
	for {
		n, err := body.Read(piece)
		if n > 0 {
			if _, err := w.Write(piece[:n]); err != nil {
				return err
			}
			if err := w.Flush(); err != nil {
				return err
			}
		}
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
	}
}
