package wire

import (
	"bufio"
	"io"
	"strings"
	"testing"
)

// FuzzAnswer reads whatever a server may send: no panic, and an end.
func FuzzAnswer(f *testing.F) {
	for _, s := range []string{
		"", "HTTP/1.1 200 OK\r\n\r\nabc", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcd", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
		"HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n", "HTTP/1.1 100 x\r\n\r\nHTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\nffffffffffffffff\nx",
		"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, br\r\n\r\n\x1f\x8b", "HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\n\r\n\x28\xb5\x2f\xfd\x04\x00", "HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\n\x78\x9c",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, answer string) {
		in := bufio.NewReader(strings.NewReader(answer))
		status, _, header, err := readHead(in)
		if err != nil {
			return
		}
		if status < 200 || status > 999 {
			t.Errorf("status %d", status)
		}
		body, err := decode(frame(in, header), header.Get("content-encoding"))
		if err != nil {
			return
		}
		const enough = 16 << 20 // a small body may unpack to a large one
		_, _ = io.Copy(io.Discard, io.LimitReader(body, enough))
	})
}
