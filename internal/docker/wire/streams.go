package wire

import (
	"io"
	"time"

	"github.com/hashicorp/yamux"
)

// Streams are the settings by which the input and output of a lane's container
// are divided. That the other end is gone is told by the end of the pipes.
func Streams() *yamux.Config {
	c := yamux.DefaultConfig()
	c.EnableKeepAlive = false
	c.ConnectionWriteTimeout = time.Minute // a machine that others use may be slow
	c.StreamOpenTimeout, c.StreamCloseTimeout = 0, 0
	c.MaxStreamWindowSize = 1 << 20
	c.LogOutput = io.Discard
	return c
}

// Pipes are an input and an output as one connection.
type Pipes struct {
	io.Reader
	io.Writer
	End func() error // ends both; may be nil
}

// Close ends both.
func (p Pipes) Close() error {
	if p.End == nil {
		return nil
	}
	return p.End()
}
