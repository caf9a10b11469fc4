package cli

import (
	"context"
	"strings"
	"time"

	"github.com/agenta-ai/conform/internal/pyenv"
	"github.com/agenta-ai/conform/subjects/agenta"
)

// sdkSubject begins the name of a published version of the platform's SDK.
const sdkSubject = "agenta:sdk"

// sdkStart is how long the SDK may take to import, which takes seconds on a
// machine that does nothing else.
const sdkStart = 2 * time.Minute

// sdk is a published version and the way in which it is called.
type sdk struct{ version, lane string }

// readSDK reads agenta:sdk[@VERSION][+LANE].
func readSDK(text string) (*sdk, error) {
	s := &sdk{version: pyenv.Newest, lane: agenta.Both}
	rest := strings.TrimPrefix(text, sdkSubject)
	for _, lane := range []string{agenta.Direct, agenta.HTTP} {
		if before, found := strings.CutSuffix(rest, "+"+lane); found {
			rest, s.lane = before, lane
			break
		}
	}
	version, at := strings.CutPrefix(rest, "@")
	switch {
	case rest == "":
	case at && pyenv.ValidVersion(version):
		s.version = version
	case at:
		return nil, usagef("--subject: %q is not a version; known are %s", version, strings.Join(pyenv.Versions(), ", "))
	default:
		return nil, usagef("--subject: %q is not %s@VERSION", text, sdkSubject)
	}
	return s, nil
}

// command installs the version, where it is not there yet, and returns the
// command of its driver.
func (s *sdk) command(ctx context.Context, con *console) ([]string, error) {
	cache, err := pyenv.UserCache(con.err)
	if err != nil {
		return nil, err
	}
	env, err := cache.Install(ctx, s.version)
	if err != nil {
		return nil, err
	}
	driver, err := agenta.Place(cache.Dir)
	if err != nil {
		return nil, err
	}
	return agenta.Command(env.Python, driver, s.lane, env.SDK), nil
}
