package keeper

import (
	"context"
	"fmt"

	"github.com/moby/moby/client"
)

// internal reports whether the engine says of every network that a lane is in,
// that it is internal: that its firewall lets nothing out of it. The route
// tables in the containers do not tell.
func (b *builder) internal(ctx context.Context, lanes []*lane) (bool, error) {
	for _, l := range lanes {
		ctr, err := b.docker.ContainerInspect(ctx, l.id, client.ContainerInspectOptions{})
		if err != nil {
			return false, fmt.Errorf("look at a container's networks: %w", err)
		}
		if ctr.Container.NetworkSettings == nil || len(ctr.Container.NetworkSettings.Networks) == 0 {
			return false, nil
		}
		for name := range ctr.Container.NetworkSettings.Networks {
			net, err := b.docker.NetworkInspect(ctx, name, client.NetworkInspectOptions{})
			if err != nil {
				return false, fmt.Errorf("look at a network: %w", err)
			}
			if !net.Network.Internal {
				return false, nil
			}
		}
	}
	return true, nil
}
