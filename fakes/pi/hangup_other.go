//go:build !linux

package pi

import "context"

// awaitInput has no way to look ahead on this system, so a request may still
// go out after stdin was closed.
func (a *agent) awaitInput(context.Context) {}
