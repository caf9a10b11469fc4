package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/hashicorp/yamux"

	"github.com/agenta-ai/conform/fakes/daytona/machine"
)

// Link is the other end of a machine's stream. Its methods are safe for
// concurrent use.
type Link struct {
	session *yamux.Session
}

// Connect makes a link of a stream. The link owns it.
func Connect(conn io.ReadWriteCloser) (*Link, error) {
	session, err := yamux.Client(conn, settings())
	if err != nil {
		return nil, fmt.Errorf("connect to a machine: %w", err)
	}
	return &Link{session}, nil
}

// Gone is closed when the stream has ended.
func (l *Link) Gone() <-chan struct{} { return l.session.CloseChan() }

// Close ends the stream.
func (l *Link) Close() error { return l.session.Close() }

// Make has the machine made. name is what it says of itself.
func (l *Link) Make(ctx context.Context, name string, spec machine.Spec, more any) (*Machine, error) {
	text, err := json.Marshal(more)
	if err != nil {
		return nil, err
	}
	a, err := l.ask(ctx, question{Op: opMake, Spec: &spec, More: text})
	if err != nil {
		return nil, err
	}
	m := &Machine{link: l, name: name, home: a.Home}
	if spec.Proxied {
		m.out = &arrivals{Session: l.session, closed: make(chan struct{})}
	}
	return m, nil
}

// Call asks what is no machine's question, and reads the answer into out.
func (l *Link) Call(ctx context.Context, name string, more, out any) error {
	text, err := json.Marshal(more)
	if err != nil {
		return err
	}
	a, err := l.ask(ctx, question{Op: opCall, Name: name, More: text})
	if err != nil || out == nil {
		return err
	}
	return json.Unmarshal(a.More, out)
}

// ErrGone says that a machine's stream has ended.
var ErrGone = errors.New("the machine does not answer any more")

// open puts a question into a stream of its own.
func (l *Link) open(q question) (*channel, error) {
	stream, err := l.session.Open()
	if err != nil {
		return nil, ErrGone
	}
	c := newChannel(stream)
	if err := c.say(q); err != nil {
		_ = c.Close()
		return nil, ErrGone
	}
	return c, nil
}

// heard is the answer to a question.
func heard(c *channel) (a answer, err error) {
	if err := c.hear(&a); err != nil {
		return a, ErrGone
	}
	if a.Fault != nil {
		return a, a.Fault
	}
	return a, nil
}

// ask puts a question and waits for the answer. ctx gives up waiting.
func (l *Link) ask(ctx context.Context, q question) (answer, error) {
	c, err := l.open(q)
	if err != nil {
		return answer{}, err
	}
	defer c.Close()
	stop := context.AfterFunc(ctx, func() { _ = c.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	a, err := heard(c)
	if err != nil && ctx.Err() != nil {
		return a, context.Cause(ctx)
	}
	return a, err
}

// arrivals are the connections that the machine opens: what leaves it.
type arrivals struct {
	*yamux.Session
	once   sync.Once
	closed chan struct{}
}

// Accept waits for the next one.
func (a *arrivals) Accept() (net.Conn, error) {
	type arrival struct {
		conn net.Conn
		err  error
	}
	next := make(chan arrival, 1)
	go func() {
		conn, err := a.Session.Accept()
		next <- arrival{conn, err}
	}()
	select {
	case <-a.closed:
		return nil, net.ErrClosed
	case n := <-next:
		if n.err != nil {
			<-a.closed // a machine that is gone is no failure of whoever serves it
			return nil, net.ErrClosed
		}
		return n.conn, nil
	}
}

// Close ends accepting; the link stays.
func (a *arrivals) Close() error {
	a.once.Do(func() { close(a.closed) })
	return nil
}
