// Package wire is what is said in a run whose lanes are containers: between
// conform and its keeper, and through the keeper between conform and the agent
// of each lane. Every message is one JSON value on a line of its own.
//
// The keeper hands on what is for a lane without reading it. Input and output of
// a lane's container are divided into streams (see Streams): the first one is
// this conversation, and each that the agent opens asks for a sandbox.
package wire

import (
	"encoding/json"
	"time"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/internal/docker/image"
	"github.com/agenta-ai/conform/internal/world"
	"github.com/agenta-ai/conform/subjects/protocol"
)

// ToKeeper is said by conform. The first message has Orders, and no other has.
type ToKeeper struct {
	Orders *Orders         `json:"orders,omitempty"`
	Lane   int             `json:"lane"`
	Say    json.RawMessage `json:"say,omitempty"` // for the lane's agent, a Request
	Close  bool            `json:"close,omitempty"`
}

// Orders say what a keeper is to keep.
type Orders struct {
	Run     string            `json:"run"`
	Host    string            `json:"host"` // the engine's address
	Labels  map[string]string `json:"labels"`
	Image   image.Image       `json:"image"`
	Lanes   int               `json:"lanes"`
	Command []string          `json:"command"` // of a lane's container
	Names   []string          `json:"names"`   // public names that lead to the lane itself
	Sandbox Sandbox           `json:"sandbox"`
}

// Sandbox says what the sandboxes of the cloud are made of.
type Sandbox struct {
	Image    image.Image   `json:"image"`
	Command  []string      `json:"command"`
	Expected int           `json:"expected"` // about how many the run will use; 0 starts none ahead
	Lifetime time.Duration `json:"lifetime"` // after which the engine ends one that is in use
}

// Given is what the keeper says when a lane has asked for a container for a
// sandbox, in one line; after it the stream is the container's input and output.
// A lane asks by opening a stream.
type Given struct {
	Container string `json:"container,omitempty"`
	Error     string `json:"error,omitempty"`
}

// FromKeeper is said by the keeper. The first message has Started or Error.
type FromKeeper struct {
	Started *Started        `json:"started,omitempty"`
	Error   string          `json:"error,omitempty"` // nothing could be started, or not everything removed
	Lane    int             `json:"lane"`
	Said    json.RawMessage `json:"said,omitempty"`  // by the lane's agent, a Reply
	Ended   string          `json:"ended,omitempty"` // how the lane's container ended
	Closed  bool            `json:"closed,omitempty"`
	// Sandboxes is how many containers were used for sandboxes; with Closed.
	Sandboxes int `json:"sandboxes,omitempty"`
}

// Started says what stands.
type Started struct {
	Image      string        `json:"image"`
	Loaded     bool          `json:"loaded"` // it was not there before
	Containers []string      `json:"containers"`
	Internal   bool          `json:"internal"` // the engine says so of every network that they are in
	Took       time.Duration `json:"took"`
}

// Request is said to an agent. It has exactly one of its members beside the id.
type Request struct {
	ID       int             `json:"id"`
	Open     *Open           `json:"open,omitempty"`
	Describe bool            `json:"describe,omitempty"`
	Stage    *world.Scenario `json:"stage,omitempty"`
	Cancel   int             `json:"cancel,omitempty"` // the request that is to be given up; it is answered nevertheless
}

// Open says what world a lane is. Its paths are those of the container.
type Open struct {
	Lane     int               `json:"lane"`
	Backend  string            `json:"backend"`
	Internal bool              `json:"internal"` // no network of the container leads out
	Edition  string            `json:"edition"`
	Names    map[string]string `json:"names"`
	Pi       world.Pi          `json:"pi"`
	Subject  []string          `json:"subject"` // the driver's command
	Path     []string          `json:"path"`    // folders of interpreters
	Timeouts world.Timeouts    `json:"timeouts"`
	Direct   []string          `json:"direct"`
}

// Reply answers a request. It has the member that belongs to it, or Error.
type Reply struct {
	ID          int                   `json:"id"`
	Opened      *Opened               `json:"opened,omitempty"`
	Description *protocol.Description `json:"description,omitempty"`
	Evidence    *evidence.Evidence    `json:"evidence,omitempty"`
	Error       string                `json:"error,omitempty"`
}

// Opened describes the world that stands in a lane.
type Opened struct {
	PiVersion string `json:"pi_version"`
	Seal      string `json:"seal"`
}
