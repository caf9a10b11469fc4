package wire

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strconv"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/flight"
)

// Errors by which callers tell where a request failed.
var (
	// ErrURL is an address that is no URL.
	ErrURL = errors.New("Invalid URL")
	// ErrTimeout is a provider that did not begin to answer in time.
	ErrTimeout = errors.New("Request timed out.")
	// ErrConnection is a provider that could not be reached, or that hung up
	// before it answered.
	ErrConnection = errors.New("Connection error.")
	// ErrTerminated is an answer that broke off.
	ErrTerminated = errors.New("terminated")
)

// Client sends requests and records them.
type Client struct {
	env     func(string) string
	journal *flight.Writer
	idle    time.Duration
}

// NewClient makes a client. A provider that is silent for longer than idle is
// given up; 0 is never.
func NewClient(env func(string) string, journal *flight.Writer, idle time.Duration) *Client {
	return &Client{env, journal, idle}
}

// Request is one POST.
type Request struct {
	Dialect string // for the record
	URL     string
	Header  Header
	Body    []byte
}

// Response is the head of an answer; Body must be closed.
type Response struct {
	Status int
	Reason string // the phrase after the status, as the server has it
	Header Header
	Body   io.ReadCloser
}

// Post sends a request and returns when the head of the answer is there.
func (c *Client) Post(ctx context.Context, r Request) (*Response, error) {
	target, err := url.Parse(r.URL)
	if err != nil || target.Host == "" || target.Scheme != "http" && target.Scheme != "https" {
		return nil, ErrURL
	}
	head := Header{{"host", target.Host}, {"connection", "keep-alive"}}
	for _, f := range r.Header {
		head.Set(f.Name, f.Value)
	}
	head.Set("content-length", strconv.Itoa(len(r.Body)))
	index := c.journal.Request(flight.Exchange{Method: "POST", URL: r.URL, Header: head.asMap(), Body: string(r.Body), Dialect: r.Dialect})
	resp, err := c.send(ctx, target, head, r.Body)
	if err != nil {
		c.journal.Answer(index, 0, err)
		return nil, err
	}
	c.journal.Answer(index, resp.Status, nil)
	return resp, nil
}

func (c *Client) send(ctx context.Context, target *url.URL, head Header, content []byte) (*Response, error) {
	conn, err := c.dial(ctx, target)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConnection, err)
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	fail := func(err error) (*Response, error) {
		stop()
		conn.Close()
		if errors.Is(err, ErrTimeout) {
			return nil, ErrTimeout
		}
		return nil, fmt.Errorf("%w: %w", ErrConnection, err)
	}
	message := append(appendHead(nil, target, head), content...)
	if _, err := conn.Write(message); err != nil {
		return fail(err)
	}
	in := bufio.NewReader(&patient{conn, c.idle})
	status, reason, header, err := readHead(in)
	if err != nil {
		return fail(err)
	}
	body, err := decode(frame(in, header), header.Get("content-encoding"))
	if err != nil {
		return fail(err)
	}
	return &Response{status, reason, header, &answerBody{body, func() error { stop(); return conn.Close() }}}, nil
}

func appendHead(dst []byte, target *url.URL, head Header) []byte {
	dst = append(dst, "POST "+target.RequestURI()+" HTTP/1.1\r\n"...)
	for _, f := range head {
		dst = append(dst, f.Name+": "+f.Value+"\r\n"...)
	}
	return append(dst, "\r\n"...)
}

// patient reads from a connection that must not be silent for too long.
type patient struct {
	conn net.Conn
	idle time.Duration
}

func (p *patient) Read(b []byte) (int, error) {
	if p.idle > 0 {
		if err := p.conn.SetReadDeadline(time.Now().Add(p.idle)); err != nil {
			return 0, err
		}
	}
	n, err := p.conn.Read(b)
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		err = ErrTimeout
	}
	return n, err
}

// answerBody is the body of an answer; whatever breaks it, Pi says "terminated".
type answerBody struct {
	io.Reader
	close func() error
}

func (b *answerBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err != nil && err != io.EOF {
		err = ErrTerminated
	}
	return n, err
}

func (b *answerBody) Close() error { return b.close() }
