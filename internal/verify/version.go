package verify

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/agenta-ai/conform/internal/verify/play"
)

// How long one answer may take. The real Pi may be one of many on a busy machine,
// and its own pauses before retries add up to fourteen seconds.
const (
	realPatience = 2 * time.Minute
	fakePatience = 40 * time.Second
)

// Pair makes a version out of the commands of the real Pi and of the fake that
// plays it.
func Pair(version string, real, fake []string) Version {
	settles := compareVersions(version, "0.80.4") >= 0 // the first that says so
	return Version{
		Name: version,
		Real: play.Pi{Command: real, Version: version, Settles: settles, Patience: realPatience},
		Fake: play.Pi{Command: fake, Version: version, Settles: settles, Patience: fakePatience},
	}
}

// compareVersions orders versions by their three numbers.
func compareVersions(a, b string) int { return slices.Compare(numbersOf(a), numbersOf(b)) }

func numbersOf(version string) []int {
	core, _, _ := strings.Cut(version, "-")
	var out []int
	for part := range strings.SplitSeq(core, ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			return nil // older than any
		}
		out = append(out, n)
	}
	return out
}
