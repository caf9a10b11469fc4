package wire

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// maxCodings is how many codings, one in another, Node's fetch unpacks.
const maxCodings = 5

// decode unpacks a body as its content-encoding says. Whether a coding was asked
// for makes no difference; one that nobody knows leaves the body as it is. Nothing
// is read before the body is.
func decode(in io.Reader, encoding string) (io.Reader, error) {
	if encoding == "" {
		return in, nil
	}
	codings := strings.Split(strings.ToLower(encoding), ",")
	if len(codings) > maxCodings {
		return nil, fmt.Errorf("%d codings, one in another", len(codings))
	}
	out := in
	for i := len(codings) - 1; i >= 0; i-- {
		var open opener
		switch strings.TrimSpace(codings[i]) {
		case "gzip", "x-gzip":
			open = func(in io.Reader) (io.Reader, error) { return gzip.NewReader(in) }
		case "deflate":
			open = inflate
		case "br":
			open = func(in io.Reader) (io.Reader, error) { return brotli.NewReader(in), nil }
		case "zstd":
			open = unzstd
		default:
			return in, nil
		}
		out = &lazy{open: open, in: out}
	}
	return out, nil
}

// inflate unpacks what servers call deflate: with the header of zlib, or without.
func inflate(in io.Reader) (io.Reader, error) {
	buffered := bufio.NewReader(in)
	first, err := buffered.Peek(1)
	if err != nil {
		return nil, err
	}
	const method = 8 // of zlib, in the low half of the first byte
	if first[0]&0x0f == method {
		return zlib.NewReader(buffered)
	}
	return flate.NewReader(buffered), nil
}

// unzstd unpacks in this goroutine and with little memory.
func unzstd(in io.Reader) (io.Reader, error) {
	return zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true))
}

type opener func(io.Reader) (io.Reader, error)

// lazy unpacks, and waits with reading until it is asked to. Where a packed body
// ends early and is whole as HTTP has it, it ends there, and nothing is wrong.
type lazy struct {
	open opener
	in   io.Reader
	out  io.Reader
	over bool // in has come to its end
}

func (l *lazy) Read(p []byte) (int, error) {
	if l.out == nil {
		out, err := l.open(ending{l})
		if err != nil {
			return 0, l.forgive(err)
		}
		l.out = out
	}
	n, err := l.out.Read(p)
	return n, l.forgive(err)
}

func (l *lazy) forgive(err error) error {
	if l.over && errors.Is(err, io.ErrUnexpectedEOF) {
		return io.EOF
	}
	return err
}

// ending notes the end of what a lazy reads.
type ending struct{ of *lazy }

func (e ending) Read(p []byte) (int, error) {
	n, err := e.of.in.Read(p)
	if err == io.EOF {
		e.of.over = true
	}
	return n, err
}
