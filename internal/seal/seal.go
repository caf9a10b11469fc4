package seal

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// The variables of sealing.
const (
	marker = "CONFORM_SEALED" // set inside of the namespace
	optOut = "CONFORM_SEAL"   // "off" stays outside
)

// How a run can be sealed, as reports name it.
const (
	Namespace   = "network namespace"
	Environment = "proxy and environment"
	Container   = "internal container network"
)

// ErrOff says that sealing was turned off.
var ErrOff = errors.New("turned off by " + optOut + "=off")

// State says how this process is sealed.
func State() string {
	if os.Getenv(marker) != "" {
		return Namespace
	}
	return Environment
}

// Exec runs this program again, with args (the program's name first), in a
// network of its own. It must be called first thing, before anything is started
// or printed.
//
// When done is true the sealed run is over and the caller exits with code. When
// done is false the caller goes on: either it is the sealed run itself (err is
// nil), or sealing was not possible and err says why. As root the process is
// replaced and Exec does not return at all.
func Exec(args []string) (done bool, code int, err error) {
	if os.Getenv(marker) != "" {
		return false, 0, inside()
	}
	if strings.EqualFold(os.Getenv(optOut), "off") {
		return false, 0, ErrOff
	}
	done, code, err = enter(args)
	if err != nil {
		err = fmt.Errorf("seal the network: %w", err)
	}
	return done, code, err
}

// Possible says whether a run could be sealed in a network namespace here, and
// why not.
func Possible() error {
	if strings.EqualFold(os.Getenv(optOut), "off") {
		return ErrOff
	}
	return try()
}
