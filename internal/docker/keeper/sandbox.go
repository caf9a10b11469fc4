package keeper

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/client"
	"github.com/ory/dockertest/v3"
	docker "github.com/ory/dockertest/v3/docker"

	"github.com/agenta-ai/conform/internal/docker/engine"
	"github.com/agenta-ai/conform/internal/docker/image"
	"github.com/agenta-ai/conform/internal/docker/wire"
)

// ahead is how long a container may have been waiting when it becomes a sandbox.
// One that has waited longer is thrown away: the engine ends it before long.
const ahead = 10 * time.Minute

// sandboxes starts containers for sandboxes, by dockertest.
type sandboxes struct {
	run    string
	labels map[string]string
	order  wire.Sandbox
	repo   string
	tag    string
	pool   *dockertest.Pool
	expiry time.Duration  // from the start of a container to its hard end
	docker *client.Client // for the pipes: dockertest's own client copies, and cannot half-close
	mu     sync.Mutex
	count  int
}

func newSandboxes(orders wire.Orders, tag string, c *client.Client) (*sandboxes, error) {
	pool, err := dockertest.NewPool(orders.Host)
	if err != nil {
		return nil, fmt.Errorf("engine client for sandboxes: %w", err)
	}
	labels := maps.Clone(orders.Labels)
	labels[engine.LabelSandbox] = "yes"
	s := &sandboxes{run: orders.Run, labels: labels, order: orders.Sandbox, pool: pool, expiry: ahead + orders.Sandbox.Lifetime, docker: c}
	s.repo, s.tag, _ = strings.Cut(tag, ":")
	return s, nil
}

// sandbox is a running container that waits to be used, or is.
type sandbox struct {
	id      string
	started time.Time
	conn    client.HijackedResponse
}

// start starts one. It has a hard end: the engine itself takes it away when
// nobody has, whatever becomes of conform and its keeper.
//
// Pool.RunWithOptions would do most of this, but cannot leave out the network. An
// engine spends more on giving a container no network than on all the rest, and
// nothing on a container that was made without.
func (s *sandboxes) start(ctx context.Context) (_ *sandbox, err error) {
	s.mu.Lock()
	s.count++
	name := fmt.Sprintf("conform-%s-sandbox-%06d", s.run, s.count)
	s.mu.Unlock()
	defer func() {
		if err != nil {
			err = fmt.Errorf("start %s: %w", name, err)
		}
	}()
	made, err := s.pool.Client.CreateContainer(docker.CreateContainerOptions{
		Context: ctx, Name: name,
		Config: &docker.Config{
			Image: s.repo + ":" + s.tag, Cmd: s.order.Command, Labels: s.labels, Hostname: "sandbox", NetworkDisabled: true,
			OpenStdin: true, StdinOnce: true, AttachStdin: true, AttachStdout: true, AttachStderr: true,
			StopSignal: "SIGWINCH", // asks for nothing, so that Expire waits to its end
		},
		HostConfig: &docker.HostConfig{
			AutoRemove: true, Init: true, CapDrop: []string{"ALL"}, SecurityOpt: []string{"no-new-privileges"}, PidsLimit: 1024,
			LogConfig: docker.LogConfig{Type: "none"},
		},
	})
	if err != nil {
		return nil, err
	}
	b := &sandbox{id: made.ID}
	defer func() {
		if err != nil {
			_ = s.pool.Client.RemoveContainer(docker.RemoveContainerOptions{ID: made.ID, Force: true}) // Clear sees to what stays
		}
	}()
	conn, err := s.docker.ContainerAttach(ctx, b.id, client.ContainerAttachOptions{Stream: true, Stdin: true, Stdout: true, Stderr: true})
	if err != nil {
		return nil, fmt.Errorf("attach: %w", err)
	}
	b.conn = conn.HijackedResponse
	if err := s.pool.Client.StartContainerWithContext(b.id, nil, ctx); err != nil {
		b.conn.Close()
		return nil, err
	}
	b.started = time.Now()
	resource, there := s.pool.ContainerByName(name)
	if !there {
		b.conn.Close()
		return nil, errors.New("it is not there after its start")
	}
	if err := resource.Expire(seconds(s.expiry)); err != nil {
		b.conn.Close()
		return nil, err
	}
	return b, nil
}

func seconds(d time.Duration) uint { return uint(math.Ceil(max(d, time.Second).Seconds())) }

// serve makes the container's input and output those of a lane's stream, until
// either ends.
func (b *sandbox) serve(stream io.ReadWriteCloser) {
	defer b.conn.Close()
	go func() {
		_, _ = io.Copy(b.conn.Conn, stream) // ends with the stream
		_ = b.conn.CloseWrite()             // the agent ends with its input, and the container with it
	}()
	_, _ = stdcopy.StdCopy(stream, os.Stderr, b.conn.Reader) // ends with the container
	_ = stream.Close()
}

// image of the sandboxes, by name and tag.
func (b *builder) sandboxImage(ctx context.Context) (string, error) {
	packed, err := image.Pack(b.orders.Sandbox.Image)
	if err != nil {
		return "", err
	}
	_, err = b.ensure(ctx, packed)
	return packed.Tag, err
}
