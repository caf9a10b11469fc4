package keeper

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
	"github.com/testcontainers/testcontainers-go/network"

	"github.com/agenta-ai/conform/internal/docker/engine"
	"github.com/agenta-ai/conform/internal/docker/image"
	"github.com/agenta-ai/conform/internal/docker/wire"
)

// builder starts lanes.
type builder struct {
	orders wire.Orders
	docker *client.Client
	image  string
	loaded bool
}

// pinned makes testcontainers use the engine that conform has found. By itself
// it would go on to another socket when this one does not answer.
type pinned string

const provider = "conform"

func (p pinned) Initialize(context.Context) (testcontainers.RuntimeConfig, error) {
	return testcontainers.RuntimeConfig{Name: provider, DockerHost: string(p), PublishedHost: "127.0.0.1"}, nil
}

func (k *keeper) build(ctx context.Context) (*builder, error) {
	docker, err := client.New(client.WithHost(k.orders.Host))
	if err != nil {
		return nil, fmt.Errorf("engine client: %w", err)
	}
	log.SetDefault(log.NewNoopLogger()) // what matters is in the errors
	b := &builder{orders: k.orders, docker: docker}
	err = testcontainers.RegisterProvider(provider, func() testcontainers.RuntimeProvider { return pinned(k.orders.Host) })
	for name, value := range map[string]string{"TESTCONTAINERS_PROVIDER": provider, "TESTCONTAINERS_RYUK_DISABLED": "true"} {
		err = errors.Join(err, os.Setenv(name, value))
	}
	if err == nil {
		err = b.load(ctx)
	}
	if err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

func (b *builder) close() { _ = b.docker.Close() } // has nothing that could be lost

// load makes sure that the engine has the images.
func (b *builder) load(ctx context.Context) error {
	packed, err := image.Pack(b.orders.Image)
	if err != nil {
		return err
	}
	b.image = packed.Tag
	b.loaded, err = b.ensure(ctx, packed)
	return err
}

// ensure makes sure that the engine has an image.
func (b *builder) ensure(ctx context.Context, packed *image.Packed) (loaded bool, err error) {
	if _, err := b.docker.ImageInspect(ctx, packed.Tag); err == nil {
		return false, b.touch(ctx, packed.Tag)
	} else if !errdefs.IsNotFound(err) {
		return false, fmt.Errorf("look for the image: %w", err)
	}
	read, write := io.Pipe()
	go func() {
		_, err := packed.WriteTo(write)
		write.CloseWithError(err)
	}()
	loading, err := b.docker.ImageLoad(ctx, read)
	if err != nil {
		read.CloseWithError(err)
		return false, fmt.Errorf("load the image: %w", err)
	}
	defer loading.Close()
	if _, err := io.Copy(io.Discard, loading); err != nil {
		return false, fmt.Errorf("load the image: %w", err)
	}
	if _, err := b.docker.ImageInspect(ctx, packed.Tag); err != nil {
		return false, fmt.Errorf("the image is not there after it was loaded: %w", err)
	}
	if err := b.touch(ctx, packed.Tag); err != nil {
		return true, err
	}
	name, _, _ := strings.Cut(packed.Tag, ":")
	return true, b.prune(ctx, name, packed.Tag)
}

// touch tags the image anew, so that it counts as used: loading alone leaves no
// time by which prune could tell it from old ones.
func (b *builder) touch(ctx context.Context, tag string) error {
	if _, err := b.docker.ImageTag(ctx, client.ImageTagOptions{Source: tag, Target: tag}); err != nil {
		return fmt.Errorf("tag the image: %w", err)
	}
	return nil
}

// keep is how many images of a name stay, one for each subject that is tested in turn, and
// lately how long any stays that was used: another run may be about to start its
// lanes from it.
const (
	keep   = 12
	lately = time.Hour
)

// prune removes images of a name that were not used for the longest time. One that
// is in use stays.
func (b *builder) prune(ctx context.Context, name, current string) error {
	list, err := b.docker.ImageList(ctx, client.ImageListOptions{Filters: make(client.Filters).Add("label", engine.LabelImage).Add("reference", name)})
	if err != nil {
		return fmt.Errorf("list images: %w", err)
	}
	used := map[string]time.Time{}
	for _, item := range list.Items {
		seen, err := b.docker.ImageInspect(ctx, item.ID)
		if err != nil {
			continue // another run was faster
		}
		used[item.ID] = seen.Metadata.LastTagTime
		if slices.Contains(item.RepoTags, current) {
			used[item.ID] = time.Now() // also where the engine keeps no such time
		}
	}
	for _, id := range superfluous(used, time.Now()) {
		_, _ = b.docker.ImageRemove(ctx, id, client.ImageRemoveOptions{PruneChildren: true}) // it may be in use
	}
	return nil
}

// superfluous are the images beyond the number that stays, the longest unused
// first, without those that were used lately.
func superfluous(used map[string]time.Time, now time.Time) []string {
	ids := slices.SortedFunc(maps.Keys(used), func(a, b string) int {
		return cmp.Or(used[a].Compare(used[b]), strings.Compare(a, b))
	})
	ids = ids[:max(len(ids)-keep, 0)]
	return slices.DeleteFunc(ids, func(id string) bool { return now.Sub(used[id]) < lately })
}

// lane starts the container of a lane, in a network of its own in which the
// public names lead to it.
func (b *builder) lane(ctx context.Context, i int) (_ *lane, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("start the container of lane %d: %w", i, err)
		}
	}()
	labels := maps.Clone(b.orders.Labels)
	labels[engine.LabelLane] = strconv.Itoa(i)
	net, err := network.New(ctx, network.WithInternal(), network.WithLabels(labels))
	if err != nil {
		return nil, err
	}
	ctr, err := testcontainers.Run(ctx, b.image,
		testcontainers.WithLogger(log.NewNoopLogger()),
		testcontainers.WithNoStart(),
		testcontainers.WithCmd(b.orders.Command...),
		testcontainers.WithLabels(labels),
		network.WithNetwork(b.orders.Names, net),
		testcontainers.WithConfigModifier(func(c *container.Config) {
			c.OpenStdin, c.StdinOnce, c.AttachStdin, c.AttachStdout, c.AttachStderr = true, true, true, true, true
			c.Hostname = fmt.Sprintf("lane-%d", i)
		}),
		testcontainers.WithHostConfigModifier(confine),
	)
	if err != nil {
		return nil, err
	}
	l := &lane{id: ctr.GetContainerID(), ended: make(chan struct{})}
	if err := l.attach(ctx, b.docker); err != nil {
		return nil, err
	}
	if err := ctr.Start(ctx); err != nil {
		l.conn.Close()
		return nil, err
	}
	return l, nil
}

// confine says what a lane's container may do.
func confine(h *container.HostConfig) {
	init, pids := true, int64(4096)
	h.AutoRemove = true // its end is all that it takes
	h.Init = &init      // somebody has to reap what subjects leave
	h.ReadonlyRootfs = true
	h.Tmpfs = map[string]string{"/tmp": "exec,mode=1777,size=1g", "/root": "exec,mode=0700,size=64m"}
	h.SecurityOpt = []string{"no-new-privileges"}
	h.CapDrop = []string{"ALL"}
	h.CapAdd = []string{"NET_BIND_SERVICE", "KILL", "DAC_OVERRIDE", "CHOWN", "FOWNER"}
	h.PidsLimit = &pids
	// The engine's name server knows the aliases; whatever else is asked goes to
	// nobody, and not to the machine's own.
	h.DNS = []netip.Addr{netip.MustParseAddr("127.0.0.1")}
	h.LogConfig = container.LogConfig{Type: "none"}
}
