package sandbox

import (
	"github.com/agenta-ai/conform/fakes/daytona/machine/process"
	"github.com/agenta-ai/conform/fakes/pi/flight"
)

// The places in a sandbox's container.
const (
	Pi        = "/usr/local/bin/pi" // as the image has it
	Home      = process.Home
	flights   = "/var/lib/conform/flights"
	authority = "/etc/conform/ca.pem"
)

// furniture is what a lane puts into a sandbox.
type furniture struct {
	Authority []byte         `json:"authority"` // PEM
	Sidecar   flight.Sidecar `json:"sidecar"`
	Path      []string       `json:"path"`
}

// The calls beside those of the machine.
const (
	callLanded = "landed" // wait for the Pis to end, and give their records
	callLeave  = "leave"  // end everything, and give the records
)

// landing says how long to wait for Pis to end.
type landing struct {
	Millis int64 `json:"ms"`
}

// landed are the records of Pis.
type landed struct {
	Records  []flight.Record `json:"records"`
	Outlived []int           `json:"outlived"`
}
