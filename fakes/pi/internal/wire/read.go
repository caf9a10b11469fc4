package wire

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// maxHead bounds the head of an answer.
const maxHead = 1 << 20

var errHead = errors.New("malformed HTTP answer")

// readHead reads the status, its phrase and the headers of an answer, passing over
// interim ones. Of headers that come twice the values are joined.
func readHead(in *bufio.Reader) (status int, reason string, header Header, err error) {
	left := maxHead
	line := func() (string, error) {
		text, err := in.ReadString('\n')
		if left -= len(text); left < 0 {
			return "", errHead
		}
		return strings.TrimRight(text, "\r\n"), err
	}
	for {
		first, err := line()
		if err != nil {
			return 0, "", nil, err
		}
		proto, rest, _ := strings.Cut(first, " ")
		code, phrase, _ := strings.Cut(rest, " ")
		status, err = strconv.Atoi(code)
		if err != nil || !strings.HasPrefix(proto, "HTTP/1.") || status < 100 || status > 999 {
			return 0, "", nil, errHead
		}
		header = nil
		for {
			text, err := line()
			if err != nil {
				return 0, "", nil, err
			}
			if text == "" {
				break
			}
			name, value, ok := strings.Cut(text, ":")
			if !ok {
				return 0, "", nil, errHead
			}
			value = strings.TrimSpace(value)
			if before := header.Get(name); before != "" {
				value = before + ", " + value
			}
			header.Set(name, value)
		}
		if status >= 200 {
			return status, phrase, header, nil
		}
	}
}

// frame returns the body of an answer with this header.
func frame(in *bufio.Reader, header Header) io.Reader {
	if strings.EqualFold(header.Get("transfer-encoding"), "chunked") {
		return &chunked{in: in}
	}
	if length := header.Get("content-length"); length != "" {
		n, err := strconv.ParseInt(length, 10, 64)
		if err != nil || n < 0 {
			return &failing{fmt.Errorf("%w: length %q", errHead, length)}
		}
		return &exactly{in, n}
	}
	return in
}

type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) { return 0, f.err }

// exactly reads n bytes; an end before that is an error.
type exactly struct {
	in   io.Reader
	left int64
}

func (e *exactly) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	if int64(len(p)) > e.left {
		p = p[:e.left]
	}
	n, err := e.in.Read(p)
	e.left -= int64(n)
	if err == io.EOF && e.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// chunked reads a body in chunks; an end without the last chunk is an error.
type chunked struct {
	in    *bufio.Reader
	chunk *exactly
	done  bool
}

func (c *chunked) Read(p []byte) (int, error) {
	for !c.done {
		if c.chunk == nil {
			if err := c.next(); err != nil {
				return 0, err
			}
			continue
		}
		n, err := c.chunk.Read(p)
		if err == io.EOF {
			c.chunk = nil
			if err := c.blank(); err != nil {
				return 0, err
			}
			continue
		}
		return n, err
	}
	return 0, io.EOF
}

// next reads the size of a chunk, and after the last one the trailer.
func (c *chunked) next() error {
	line, err := c.in.ReadString('\n')
	if err != nil {
		return io.ErrUnexpectedEOF
	}
	size, _, _ := strings.Cut(strings.TrimSpace(line), ";")
	n, err := strconv.ParseInt(strings.TrimSpace(size), 16, 64)
	if err != nil || n < 0 {
		return fmt.Errorf("%w: chunk of size %q", errHead, size)
	}
	if n > 0 {
		c.chunk = &exactly{c.in, n}
		return nil
	}
	for c.done = true; ; {
		line, err := c.in.ReadString('\n')
		if err != nil || strings.TrimSpace(line) == "" {
			return nil // the content is whole, whatever becomes of the trailer
		}
	}
}

func (c *chunked) blank() error {
	line, err := c.in.ReadString('\n')
	if err != nil || strings.TrimSpace(line) != "" {
		return io.ErrUnexpectedEOF
	}
	return nil
}
