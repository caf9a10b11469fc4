package keeper

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/hashicorp/yamux"
	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/agenta-ai/conform/internal/docker/wire"
)

// lane is a running container and the pipes of its agent.
type lane struct {
	id      string
	conn    client.HijackedResponse
	streams *yamux.Session
	talk    *yamux.Stream // requests and replies
	exit    client.ContainerWaitResult
	ended   chan struct{} // closed when all that it said is handed on
	mu      sync.Mutex
	closed  bool
}

// attach connects to the container before it starts, so that nothing is missed.
func (l *lane) attach(ctx context.Context, docker *client.Client) error {
	conn, err := docker.ContainerAttach(ctx, l.id, client.ContainerAttachOptions{Stream: true, Stdin: true, Stdout: true, Stderr: true})
	if err != nil {
		return fmt.Errorf("attach: %w", err)
	}
	l.conn = conn.HijackedResponse
	l.exit = docker.ContainerWait(context.Background(), l.id, client.ContainerWaitOptions{Condition: container.WaitConditionNextExit})
	out, in := io.Pipe()
	go func() {
		_, err := stdcopy.StdCopy(in, os.Stderr, l.conn.Reader)
		in.CloseWithError(err) // nil is the end
	}()
	if l.streams, err = yamux.Client(wire.Pipes{Reader: out, Writer: l.conn.Conn, End: out.Close}, wire.Streams()); err == nil {
		l.talk, err = l.streams.OpenStream()
	}
	if err != nil {
		return fmt.Errorf("attach: %w", err)
	}
	return nil
}

// requests hands on the streams by which the agent asks for sandboxes.
func (l *lane) requests(serve func(io.ReadWriteCloser)) {
	for {
		stream, err := l.streams.Accept()
		if err != nil {
			return // the lane is over
		}
		go serve(stream)
	}
}

// say writes one message to the agent.
func (l *lane) say(message []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return io.ErrClosedPipe
	}
	_, err := l.talk.Write(append(message, '\n'))
	return err
}

// hangUp ends the agent's input.
func (l *lane) hangUp() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.closed = true
		_ = l.talk.Close() // its own side of it; it is gone already otherwise
	}
}

// end says how the container ended. It waits for that.
func (l *lane) end() string {
	defer l.conn.Close()
	defer l.streams.Close()
	select {
	case r := <-l.exit.Result:
		switch {
		case r.Error != nil:
			return "the container ended: " + r.Error.Message
		case r.StatusCode == 137:
			return "the container was killed (exit status 137), by the engine or for want of memory"
		}
		return fmt.Sprintf("the container ended with exit status %d", r.StatusCode)
	case err := <-l.exit.Error:
		return "the container is lost: " + err.Error()
	}
}
