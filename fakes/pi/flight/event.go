package flight

// event is one line of a flight file. Exactly one member is set, except that
// an exit carries the files beside it. An exchange takes two lines, so that a
// process that dies while it waits for an answer has still left its request.
type event struct {
	Start       *Record   `json:"start,omitempty"`
	Stdin       *Line     `json:"stdin,omitempty"`
	Stdout      *Line     `json:"stdout,omitempty"`
	Request     *Exchange `json:"request,omitempty"`
	Answer      *answer   `json:"answer,omitempty"`
	Note        string    `json:"note,omitempty"`
	Exit        *Exit     `json:"exit,omitempty"`
	FilesAtExit []File    `json:"files_at_exit,omitempty"`
}

// answer completes the exchange with the given index.
type answer struct {
	Index  int     `json:"index"`
	Status int     `json:"status"`
	Error  string  `json:"error,omitempty"`
	Millis float64 `json:"ms"`
}
