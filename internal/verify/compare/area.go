package compare

// Area is one sort of behaviour, compared by itself.
type Area string

// The areas.
const (
	Config   Area = "CONFIG"
	Models   Area = "MODELS"
	Default  Area = "DEFAULT"
	SetModel Area = "SET-MODEL"
	RPC      Area = "RPC"
	Requests Area = "REQUESTS"
	Events   Area = "EVENTS"
	Errors   Area = "ERRORS"
	Retries  Area = "RETRIES"
	Files    Area = "FILES"
	Exit     Area = "EXIT"
)

// Description is an area in words.
type Description struct {
	Area  Area
	Group string
	Text  string
}

// Areas lists all areas.
func Areas() []Description {
	return []Description{
		{Config, "configuration", "What is said of mistakes in the configuration: the list of models and the warnings of --list-models, the warnings of a start."},
		{Models, "configuration", "The available models, in order, each with all that Pi says of it."},
		{Default, "configuration", "The model and the thinking level that Pi starts with."},
		{SetModel, "conversation", "Answers to set_model, cycle_model and the commands about thinking, and the model that is then in use."},
		{RPC, "conversation", "Answers to all other commands and to lines that are none."},
		{Events, "conversation", "Events of a run, in order, with their content and stop reasons."},
		{Errors, "conversation", "Error texts, of refused prompts and of failed runs."},
		{Retries, "conversation", "Which failures are tried again, how often and after what pause."},
		{Requests, "wire", "Every HTTP request: method, host, path, headers, body."},
		{Files, "process", "Files that are there when Pi has ended, with their modes and content."},
		{Exit, "process", "Exit code and standard error."},
	}
}
