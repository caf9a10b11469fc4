package daytona

// State is where a sandbox stands, as the API spells it.
type State string

// The states that this cloud has.
const (
	Creating  State = "creating"
	Starting  State = "starting"
	Started   State = "started"
	Stopping  State = "stopping"
	Stopped   State = "stopped"
	Failed    State = "error"
	Destroyed State = "destroyed"
)
