package flight

import "time"

// Record is one Pi process, from exec to exit.
type Record struct {
	Player       string     `json:"player"`                 // "fake" or "recorder"
	Version      string     `json:"version"`                // version of Pi that ran or was played
	PID          int        `json:"pid"`                    //
	Start        time.Time  `json:"start"`                  //
	Argv         []string   `json:"argv"`                   // without the program itself
	Cwd          string     `json:"cwd"`                    //
	AgentDir     string     `json:"agent_dir"`              // the effective folder, after defaults
	AgentDirSet  bool       `json:"agent_dir_set"`          // PI_CODING_AGENT_DIR named it
	AgentDirMode string     `json:"agent_dir_mode"`         // such as "0700", "" if it did not exist
	Env          []Var      `json:"env"`                    // sorted by name
	Files        []File     `json:"files"`                  // agent folder at exec, sorted by path
	FilesAtExit  []File     `json:"files_at_exit,omitzero"` // the same when Pi ended in good order
	Stdin        []Line     `json:"stdin,omitzero"`         // RPC lines received
	Stdout       []Line     `json:"stdout,omitzero"`        // RPC lines sent
	HTTP         []Exchange `json:"http,omitzero"`          // requests made by the fake; the recorder cannot see them
	Notes        []string   `json:"notes,omitzero"`         // what Pi found wrong and never says on stdout
	Exit         *Exit      `json:"exit,omitzero"`          // nil when the process was killed
}

// Var is one environment variable. A value that nobody needs to see is not
// kept: Value is set for variables that the sidecar asks for and for values
// that carry its secret mark, and empty otherwise.
type Var struct {
	Name  string `json:"name"`
	Value string `json:"value,omitempty"`
	Size  int    `json:"size"` // bytes of the real value
}

// File is one entry of the agent folder.
type File struct {
	Path    string `json:"path"`              // relative to the folder, with slashes
	Mode    string `json:"mode"`              // permission bits, such as "0600"
	Dir     bool   `json:"dir,omitempty"`     //
	Size    int64  `json:"size"`              // bytes
	Content string `json:"content,omitempty"` // whole text up to MaxContent bytes
	Cut     bool   `json:"cut,omitempty"`     // Content is not the whole file
}

// MaxContent is how much of a file's text a record keeps.
const MaxContent = 64 << 10

// Line is one line of RPC.
type Line struct {
	AtMS float64 `json:"at_ms"` // milliseconds since Start
	Text string  `json:"text"`
}

// Exchange is one HTTP request and the head of its answer.
type Exchange struct {
	AtMS    float64           `json:"at_ms"`
	Method  string            `json:"method"`
	URL     string            `json:"url"`
	Header  map[string]string `json:"header"` // lower-case names
	Body    string            `json:"body"`
	Status  int               `json:"status"`          // 0 if there was no answer
	Error   string            `json:"error,omitempty"` // transport error
	Millis  float64           `json:"ms"`
	Dialect string            `json:"dialect"` // Pi's name of the API, such as "openai-completions"
}

// Exit is how the process ended.
type Exit struct {
	Code   int     `json:"code"`
	Signal string  `json:"signal,omitempty"`
	Reason string  `json:"reason"` // "stdin closed", "SIGTERM", "usage", ...
	AtMS   float64 `json:"at_ms"`
}

// Sidecar is the file that lies beside the Pi executable and tells it where to
// leave its record. It is found by the executable's own path, so it works for
// subjects that clear the environment, as a correct one does. Its name is the
// executable's with ".sidecar.json" appended.
type Sidecar struct {
	Records string   `json:"records"`            // folder for flight files; "" records nothing
	Mark    string   `json:"mark,omitempty"`     // values that contain this are secrets of the run and are kept
	ShowEnv []string `json:"show_env,omitempty"` // names whose values are kept
	Play    string   `json:"play,omitempty"`     // Pi version to play; "" is the fake's default
	Catalog string   `json:"catalog,omitempty"`  // file with the models of a version that is not built in
	Install string   `json:"install,omitempty"`  // folder of the package, as Pi names it in texts; "" is one below /usr/lib
	Banner  string   `json:"banner,omitempty"`   // text that precedes the first answer, as an adapter's start-up banner does
	Exec    []string `json:"exec,omitempty"`     // recorder only: the real command
}
