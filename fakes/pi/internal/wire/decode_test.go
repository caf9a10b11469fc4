package wire

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// packer writes a body in one coding, and what was written when it is flushed.
type packer interface {
	io.WriteCloser
	Flush() error
}

func packers(t *testing.T) map[string]func(io.Writer) packer {
	return map[string]func(io.Writer) packer{
		"gzip":         func(w io.Writer) packer { return gzip.NewWriter(w) },
		"x-gzip":       func(w io.Writer) packer { return gzip.NewWriter(w) },
		"deflate zlib": func(w io.Writer) packer { return zlib.NewWriter(w) },
		"deflate raw": func(w io.Writer) packer {
			f, err := flate.NewWriter(w, flate.DefaultCompression)
			must(t, err)
			return f
		},
		"br": func(w io.Writer) packer { return brotli.NewWriter(w) },
		"zstd": func(w io.Writer) packer {
			z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
			must(t, err)
			return z
		},
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const news = "data: {\"a\":1}\n\n"

// coding is the name of a packer as a header has it.
func coding(name string) string {
	var word string
	_, _ = fmt.Sscan(name, &word) // all names have one
	return word
}

func pack(t *testing.T, name string, content []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := packers(t)[name](&out)
	_, err := w.Write(content)
	must(t, errors.Join(err, w.Close()))
	return out.Bytes()
}

// Whatever is cut off of the last bytes, Node gives what it has.
func TestDecode(t *testing.T) {
	t.Parallel()
	for name := range packers(t) {
		whole := pack(t, name, []byte(news))
		for what, c := range map[string]struct {
			encoding string
			body     []byte
			want     string
			broken   bool
		}{
			"whole":       {coding(name), whole, news, false},
			"upper case":  {"  " + string(bytes.ToUpper([]byte(coding(name)))) + " ", whole, news, false},
			"twice":       {coding(name) + ", gzip", pack(t, "gzip", whole), news, false},
			"nothing":     {coding(name), nil, "", false},
			"not packed":  {coding(name), []byte("neither this nor that, and no more than a few words"), "", true},
			"unknown too": {"zzz, " + coding(name), whole, string(whole), false},
		} {
			t.Run(name+"/"+what, func(t *testing.T) {
				t.Parallel()
				in, err := decode(bytes.NewReader(c.body), c.encoding)
				must(t, err)
				got, err := io.ReadAll(in)
				if string(got) != c.want || err != nil != c.broken {
					t.Errorf("got %q, %v; want %q", got, err, c.want)
				}
			})
		}
		t.Run(name+"/cut", func(t *testing.T) {
			t.Parallel()
			for n := range whole {
				in, err := decode(bytes.NewReader(whole[:n]), coding(name))
				must(t, err)
				if got, err := io.ReadAll(in); err != nil || !bytes.HasPrefix([]byte(news), got) {
					t.Errorf("of %d bytes %d: got %q, %v", len(whole), n, got, err)
				}
			}
		})
		t.Run(name+"/broken off", func(t *testing.T) {
			t.Parallel()
			in, err := decode(&exactly{bytes.NewReader(whole[:len(whole)/2]), int64(len(whole))}, coding(name))
			must(t, err)
			if _, err := io.ReadAll(in); err == nil {
				t.Error("it is taken for whole")
			}
		})
	}
	if in, err := decode(nil, "gzip,gzip,gzip,gzip,gzip,gzip"); err == nil {
		t.Errorf("six codings give %v", in)
	}
}

// What a server has flushed is there before it goes on.
func TestDecodeAsItComes(t *testing.T) {
	t.Parallel()
	for name, open := range packers(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			read, write := io.Pipe()
			in, err := decode(read, coding(name))
			must(t, err)
			w := open(write)
			heard := make(chan struct{})
			sent := make(chan error, 1)
			go func() {
				_, err := io.WriteString(w, news)
				err = errors.Join(err, w.Flush())
				<-heard
				_, werr := io.WriteString(w, news)
				sent <- errors.Join(err, werr, w.Close(), write.Close())
			}()
			got := make([]byte, len(news))
			_, err = io.ReadFull(in, got)
			close(heard)
			must(t, err)
			rest, err := io.ReadAll(in)
			if string(got) != news || string(rest) != news || err != nil {
				t.Errorf("got %q, then %q, %v", got, rest, err)
			}
			must(t, <-sent)
		})
	}
}
