package refusal

import "net/http"

// The classes, spelled as the platform spells them.
const (
	InvalidModelRef           = "InvalidModelRefError"
	UnsupportedProvider       = "UnsupportedProviderError"
	UnsupportedConnectionMode = "UnsupportedConnectionModeError"
	UnsupportedDeployment     = "UnsupportedDeploymentError"
	ConnectionNotFound        = "ConnectionNotFoundError"
	ConnectionResolution      = "ConnectionResolutionError"
	EndpointResolution        = "EndpointResolutionError"
	AmbiguousConnection       = "AmbiguousConnectionError"
	ProviderMismatch          = "ProviderMismatchError"
	MissingProvider           = "MissingProviderError"
	MissingCredential         = "MissingCredentialError"
	ModelNotSettable          = "ModelNotSettableError"
	InvalidRequest            = "InvalidRequestError"
	RunnerRefused             = "RunnerRefusedError"
	RunnerUnavailable         = "RunnerUnavailableError"
	AgentRun                  = "AgentRunError"
)

// The stages of a turn.
const (
	StageConfig  = "config"
	StageGate    = "gate"
	StageResolve = "resolve"
	StageRun     = "run"
)

// Error is one refusal.
type Error struct {
	Class     string
	Stage     string
	Status    int // HTTP status of the reply
	Text      string
	Requested string   // ModelNotSettable: the id that was asked for
	Allowed   []string // ModelNotSettable: the ids that could be set
	Cause     error
}

// Error gives the text.
func (e *Error) Error() string { return e.Text }

// Unwrap gives what the refusal was made from, if anything.
func (e *Error) Unwrap() error { return e.Cause }

// Client makes a refusal that the author of the agent can mend: HTTP 422.
func Client(class, stage, text string) *Error {
	return &Error{Class: class, Stage: stage, Status: http.StatusUnprocessableEntity, Text: text}
}
