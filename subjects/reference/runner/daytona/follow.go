package daytona

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// acceptance is what a server adds to a WebSocket's key, by RFC 6455.
const acceptance = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

// follow opens a WebSocket and gives what the server sends as one stream.
func (c *Client) follow(ctx context.Context, address string) (io.ReadCloser, error) {
	r, err := http.NewRequestWithContext(context.WithoutCancel(ctx), http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, 16)
	rand.Read(nonce)
	key := base64.StdEncoding.EncodeToString(nonce)
	for name, value := range map[string]string{
		"Authorization": "Bearer " + c.key, "Connection": "Upgrade", "Upgrade": "websocket",
		"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key,
	} {
		r.Header.Set(name, value)
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusSwitchingProtocols {
		defer resp.Body.Close()
		text, _ := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
		return nil, refused("open a stream", resp.StatusCode, text)
	}
	sum := sha1.Sum([]byte(key + acceptance))
	conn, both := resp.Body.(io.ReadWriteCloser)
	if !both || resp.Header.Get("Sec-WebSocket-Accept") != base64.StdEncoding.EncodeToString(sum[:]) {
		resp.Body.Close()
		return nil, errors.New("the answer is no WebSocket")
	}
	return &frames{conn: conn, in: bufio.NewReader(conn)}, nil
}

// frames reads the payload of a server's frames.
type frames struct {
	conn io.ReadWriteCloser
	in   *bufio.Reader
	left uint64 // of the current frame
}

// The kinds of frames that matter here.
const (
	opClose = 8
	opPing  = 9
	opPong  = 10
)

func (f *frames) Read(p []byte) (int, error) {
	for f.left == 0 {
		if err := f.next(); err != nil {
			return 0, err
		}
	}
	n, err := f.in.Read(p[:min(uint64(len(p)), f.left)])
	f.left -= uint64(n)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// next reads the head of the next frame with data, and answers what comes
// between.
func (f *frames) next() error {
	op, size, err := f.head()
	if err != nil {
		return err
	}
	switch op {
	case opClose:
		return io.EOF
	case opPing, opPong:
		text := make([]byte, size) // control frames are short
		if _, err := io.ReadFull(f.in, text); err != nil || op == opPong {
			return err
		}
		mask := make([]byte, 4) // zeros: a mask that changes nothing is a mask
		_, err := f.conn.Write(append(append([]byte{0x80 | opPong, 0x80 | byte(size)}, mask...), text...))
		return err
	}
	f.left = size
	return nil
}

func (f *frames) head() (op byte, size uint64, err error) {
	var head [2]byte
	if _, err := io.ReadFull(f.in, head[:]); err != nil {
		return 0, 0, fmt.Errorf("the stream broke off: %w", err)
	}
	op, size = head[0]&15, uint64(head[1]&127)
	switch {
	case head[1]&0x80 != 0:
		return 0, 0, errors.New("the server sent a masked frame")
	case op >= opClose && size > 125:
		return 0, 0, errors.New("the server sent a control frame that is too long")
	case size == 126:
		var wide uint16
		err = binary.Read(f.in, binary.BigEndian, &wide)
		size = uint64(wide)
	case size == 127:
		err = binary.Read(f.in, binary.BigEndian, &size)
	}
	return op, size, err
}

func (f *frames) Close() error { return f.conn.Close() }
