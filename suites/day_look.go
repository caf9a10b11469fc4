package suites

import (
	"fmt"
	"strings"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/daytona"
	"github.com/agenta-ai/conform/fakes/pi/flight"
	. "github.com/onsi/gomega"
)

// inSandbox is the fact that a run is asked for in the sandbox cloud.
const inSandbox = "sandbox=daytona"

// sandboxOf is the sandbox that a process ran in, nil if it ran in none.
func (in In) sandboxOf(p *flight.Record) *daytona.Sandbox {
	id, ok := variable(p, "DAYTONA_SANDBOX_ID")
	if !ok || in.Got.Cloud == nil {
		return nil
	}
	for i, b := range in.Got.Cloud.Sandboxes {
		if b.ID == id.Value {
			return &in.Got.Cloud.Sandboxes[i]
		}
	}
	return nil
}

// housed is sandboxOf; that there is none is a mismatch.
func (in In) housed(g Gomega, p *flight.Record) *daytona.Sandbox {
	b := in.sandboxOf(p)
	g.Expect(b != nil).To(BeTrue(), "Pi ran in a sandbox of the cloud")
	return b
}

// worth is what a value of Pi's environment stands for: the secret of which it
// is the placeholder, or itself.
func (in In) worth(value string) string {
	if in.Got.Cloud != nil {
		for _, s := range in.Got.Cloud.Secrets {
			if s.Placeholder == value {
				return s.Value
			}
		}
	}
	return value
}

// uploads are the files that came through the cloud's API, with their calls.
type upload struct {
	daytona.Upload
	call  daytona.Call
	place string
}

func (in In) uploads() []upload {
	var all []upload
	if in.Got.Cloud == nil {
		return nil
	}
	for i, c := range in.Got.Cloud.Calls {
		for _, f := range c.Files {
			all = append(all, upload{f, c, fmt.Sprintf("cloud.calls[%d] (%s)", i, f.Path)})
		}
	}
	return all
}

// intoSandbox keeps places in files that the run put into a sandbox: as they
// were uploaded, and as Pi found them.
func intoSandbox(place string) bool {
	root, rest := within(place)
	return root == "cloud.calls" && strings.HasPrefix(rest, "files") || root == "processes" && strings.HasPrefix(rest, "files[")
}

// leftInCloud are files of Pi's folder in sandboxes that outlived the turn.
func (in In) leftInCloud() []string {
	var left []string
	if in.Got.Cloud == nil {
		return nil
	}
	for _, e := range in.Got.Cloud.Left {
		if name := e.Path[strings.LastIndexByte(e.Path, '/')+1:]; name == "auth.json" || name == "models.json" {
			left = append(left, e.Path)
		}
	}
	return left
}

// twin is the session of the turn on the runner's own machine, and a reason if
// there is nothing to compare with.
func (in In) twin() (*flight.Record, string) {
	if in.Got.Twin == nil || in.Got.Twin.Outcome == nil {
		return nil, "no turn was made on the runner's own machine"
	}
	other := In{Got: &evidence.Evidence{Processes: in.Got.Twin.Processes}}
	if p := other.session(); p != nil {
		return p, ""
	}
	return nil, "the turn on the runner's own machine started no Pi"
}
