// Package persona says in which points the versions of Pi differ.
//
// A point stands here when code elsewhere asks for it. What all versions share
// is simply written where it happens. Each point names the first version that
// has it, so every version has a personality, also one that nobody named.
package persona

// Personality is one version of Pi, as the points in which it differs from
// others.
type Personality struct {
	Version string

	number version

	RPC
	Config
	Wire
	Libraries
}

// RPC is what a client sees.
type RPC struct {
	Settles         bool // agent_settled ends every run, and a pause before a retry is part of one
	EchoesUnknownID bool // an unknown command is answered with its id
	HasEntries      bool // get_entries and get_tree exist
	HasLevels       bool // get_available_thinking_levels exists
	HasClearQueue   bool // clear_queue exists
	ListsLlama      bool // get_commands lists the built-in extension
	ShellUpdates    bool // the client's shell command tells what it prints
	AbortSettles    bool // abort leaves queued messages alone

	SlimUpdates   bool // message_update has neither the message nor what there is of it
	UpdateUsage   bool // but the usage
	Pending       bool // an answer begins with the stop reason "pending"
	RawStop       bool // an answer has the provider's word for why it stopped
	Reasoning     bool // usage says how much was reasoning
	SystemFirst   bool // the instructions are a message of the conversation
	KeepsFailed   bool // a failed try stays in the conversation, and an edit hides it
	MaxLevel      bool // there is a thinking level above xhigh
	TieredPrices  bool // long requests have prices of their own
	FitsImages    bool // pictures are made smaller, or dropped with a remark
	TerseWrites   bool // the tool write does not count bytes
	CompactsAll   bool // also a session with nothing to shorten; it is asked for again whatever did not fit
	FixesRun      bool // a change of model or thinking level counts from the next run
	DatesPrompt   bool // the instructions tell the date
	EndsOwnPrompt bool // instructions of the user's own end with a new line
	SizesSummary  bool // a compaction says how large the conversation is afterwards
	PaysSummary   bool // and what its summary cost; a summary that failed is asked for again
	PlainSummary  bool // a summary that calls a tool is none
	WholeSummary  bool // nor is one that was cut short
	HeadsPrefix   bool // the beginning of a turn is given to who sums it up under a heading
	RecoversCut   bool // an answer that was cut short is taken back, and asked for again after a compaction
	EstimatesAll  bool // a conversation without any usage is estimated, to see if it is too long
	SaysUnsaved   bool // clone of a session without an answer says so
	CountsAll     bool // statistics count the session's entries, not its context
	DoubtsZero    bool // an answer whose usage is all zero says nothing of the context
}

// Config is what is made of files and environment.
type Config struct {
	Runtime            bool // credentials are resolved to see what is available; errors stay with their provider
	NeedsAuthFile      bool // an auth.json that cannot be read leaves no model at all
	StoreForAll        bool // models-store.json is made also where no built-in provider is in use
	WaitsForLock       bool // for as long as a foreign lock of auth.json may live
	RereadsAuth        bool // a new session reads auth.json again
	BOM                bool // auth.json, models.json and settings.json may begin with a byte order mark
	Samples            bool // models.json may give a model samplingParams
	EntryEnv           bool // the env object of an auth.json entry counts
	ModelsKeyRequired  bool // a custom provider in models.json needs an apiKey
	EnvBeatsModelsKey  bool // the provider's variable wins over models.json's apiKey
	DefaultNeedsAuth   bool // settings.json's default model counts only with auth
	RefusesGarbage     bool // --session with a file that is no session is an error
	NeedsFileForID     bool // --session-id cannot stand beside --no-session
	WarnsNewSessionID  bool // --session-id with an id that is not there is a warning
	SavesChoice        bool // set_model and set_thinking_level write settings.json
	RaisesThinking     bool // set_model never leaves a reasoning model at another's "off"
	HintsAtExtensions  bool // a broken extension is told how to do without
	WarnsOnce          bool // nothing that is wrong at the start is told twice, and broken settings are told at the end
	AmbiguousIsAnError bool // --model with an id of several providers, unless one alone has auth
}

// Wire is what a provider sees, and what is made of its answers.
type Wire struct {
	MaxTokens       bool // every dialect limits the answer
	WholeErrors     bool // error texts carry the provider's error object as JSON
	NamesProvider   bool // error texts of the responses dialect begin with the provider's id
	Zstd            bool // answers by https may be compressed with zstd
	KeepsQuery      bool // a query in OpenAI's address stays, beside that of the call
	Betas           bool // Anthropic's address ends with ?beta=true
	PiAgent         bool // Pi names itself to providers
	SessionHeader   bool // OpenRouter is told the session
	MistralCaches   bool // Mistral is given the session as the key of its cache
	AnthropicRename bool // Anthropic's answers are those of the model that they say
	AnthropicModel  bool // Anthropic's answers say which model answered
	GoogleLevels    bool // Google is asked for thinking by the model's own table
	ShyBetas        bool // beta features are asked for only where they are used
	ToolChanges     bool // tools may change within a conversation, where the model knows how
	ResponsesEnd    bool // a responses stream that ends early is an error
	GoogleEnd       bool // so is one of Google or Mistral
	OwnMistral      bool // Mistral is spoken without its library
	BearerFromEnv   bool // ANTHROPIC_AUTH_TOKEN is a bearer token
	StrictListed    bool // strict is said only of models whose own facts say that they know it, in the responses dialect
	WholeRawStop    bool // why an answer of responses is incomplete is part of the word for it
	StrictTools     bool // tools are strict where that is known to work
	StrictByModel   bool // which only the model's own facts say, for chat completions
	LimitsZai       bool // z.ai is told max_tokens
	LimitsDeepSeek  bool // DeepSeek too
	GoogleCallIDs   bool // Gemini 3 is told the ids of calls
	MistralIndex    bool // pieces of a call of Mistral's belong together by index, not by id
	DropsEmptyText  bool // a text of the user that is empty is not sent, in chat completions
	CapsRetryDelay  bool // a pause is a minute at most
	MissesAbort     bool // the first answer of Mistral's cannot be aborted once it has begun
	WarnsOfModels   bool // Anthropic's library knows which models are about to go
	LoneSummaries   bool // a summary is asked for in a session of its own, and not cached
	JoinsCallIDs    bool // both halves of a call's id go into one for completions
	OwnItemIDs      bool // an item of the responses dialect has an id only if that is one of its own
	ZaiEffort       bool // z.ai is told how much to think
	KeepsThinking   bool // and not to forget it
}

// Libraries are the versions by which Pi's client libraries describe themselves.
type Libraries struct {
	OpenAI, Anthropic, Google, Mistral string

	ClaudeCode string // whom Pi claims to be to Anthropic when it is logged in
}

// Of returns the personality of a version.
func Of(version string) (Personality, error) {
	v, err := parse(version)
	if err != nil {
		return Personality{}, err
	}
	since := v.since
	return Personality{
		Version: version, number: v,
		RPC: RPC{
			Settles:         since(0, 80, 4),
			EchoesUnknownID: since(0, 79, 7),
			HasEntries:      since(0, 80, 3),
			HasLevels:       since(0, 81, 0),
			HasClearQueue:   since(0, 84, 4),
			ListsLlama:      since(0, 81, 0),
			ShellUpdates:    since(0, 82, 0),
			AbortSettles:    since(0, 86, 0),
			SlimUpdates:     since(0, 84, 0),
			UpdateUsage:     since(0, 84, 2),
			Pending:         since(0, 83, 0),
			RawStop:         since(0, 83, 0),
			Reasoning:       since(0, 80, 3),
			SystemFirst:     since(0, 86, 0),
			KeepsFailed:     since(0, 87, 0),
			MaxLevel:        since(0, 80, 6),
			TieredPrices:    since(0, 80, 6),
			FitsImages:      since(0, 87, 0),
			TerseWrites:     since(0, 85, 0),
			CompactsAll:     !since(0, 79, 8),
			FixesRun:        !since(0, 80, 3),
			DatesPrompt:     !since(0, 80, 7),
			EndsOwnPrompt:   since(0, 84, 2),
			SizesSummary:    since(0, 79, 8),
			PaysSummary:     since(0, 81, 0),
			PlainSummary:    since(0, 84, 3),
			WholeSummary:    since(0, 84, 4),
			HeadsPrefix:     since(0, 87, 1),
			RecoversCut:     since(0, 84, 0),
			EstimatesAll:    since(0, 84, 3),
			SaysUnsaved:     since(0, 80, 8),
			CountsAll:       since(0, 80, 4),
			DoubtsZero:      since(0, 80, 0),
		},
		Config: Config{
			Runtime:            since(0, 80, 8),
			NeedsAuthFile:      since(0, 84, 0),
			StoreForAll:        since(0, 84, 0),
			WaitsForLock:       since(0, 84, 0),
			RereadsAuth:        since(0, 84, 0),
			BOM:                since(0, 84, 3),
			Samples:            since(0, 84, 0),
			EntryEnv:           since(0, 79, 5),
			ModelsKeyRequired:  !since(0, 80, 0),
			EnvBeatsModelsKey:  !since(0, 80, 0),
			DefaultNeedsAuth:   since(0, 80, 4),
			RefusesGarbage:     since(0, 80, 3),
			NeedsFileForID:     !since(0, 80, 4),
			WarnsNewSessionID:  since(0, 80, 4),
			SavesChoice:        !since(0, 84, 3),
			RaisesThinking:     !since(0, 84, 3),
			HintsAtExtensions:  since(0, 80, 0),
			WarnsOnce:          since(0, 84, 3),
			AmbiguousIsAnError: since(0, 84, 0),
		},
		Wire: Wire{
			MaxTokens:       since(0, 80, 3),
			WholeErrors:     since(0, 80, 3),
			NamesProvider:   since(0, 86, 0),
			Zstd:            since(0, 84, 0),
			KeepsQuery:      since(0, 84, 2),
			Betas:           since(0, 85, 0),
			PiAgent:         since(0, 84, 2),
			SessionHeader:   since(0, 86, 0),
			MistralCaches:   since(0, 79, 10),
			AnthropicRename: since(0, 84, 3) && !since(0, 86, 0),
			AnthropicModel:  since(0, 86, 0),
			GoogleLevels:    since(0, 84, 3),
			ShyBetas:        since(0, 85, 0),
			ToolChanges:     since(0, 86, 0),
			ResponsesEnd:    since(0, 80, 0),
			GoogleEnd:       since(0, 83, 0),
			OwnMistral:      since(0, 84, 2),
			BearerFromEnv:   since(0, 83, 0),
			StrictListed:    since(0, 82, 0),
			WholeRawStop:    since(0, 84, 0),
			StrictTools:     since(0, 86, 0),
			StrictByModel:   since(0, 87, 0),
			LimitsZai:       since(0, 83, 0),
			LimitsDeepSeek:  since(0, 84, 2),
			GoogleCallIDs:   since(0, 84, 0),
			MistralIndex:    since(0, 84, 4),
			DropsEmptyText:  since(0, 87, 1),
			CapsRetryDelay:  since(0, 86, 0),
			MissesAbort:     !since(0, 79, 10),
			WarnsOfModels:   !since(0, 85, 0),
			LoneSummaries:   since(0, 82, 0),
			JoinsCallIDs:    since(0, 81, 0),
			OwnItemIDs:      since(0, 82, 0),
			ZaiEffort:       since(0, 79, 6),
			KeepsThinking:   since(0, 80, 3),
		},
		Libraries: libraries(since),
	}, nil
}

// Since reports whether this version is at least the given one. It is for tables
// of words, which have a version each; whatever else differs is a named point.
func (p Personality) Since(major, minor, patch int) bool { return p.number.since(major, minor, patch) }

func libraries(since func(major, minor, patch int) bool) Libraries {
	l := Libraries{OpenAI: "6.26.0", Anthropic: "0.91.1", Google: "1.52.0", Mistral: "2.2.1", ClaudeCode: "2.1.75"}
	if since(0, 79, 10) {
		l.Mistral = "2.2.6"
	}
	if since(0, 84, 2) {
		l.OpenAI = "6.40.0"
	}
	if since(0, 85, 0) {
		l.Anthropic, l.ClaudeCode = "0.123.0", "2.1.251"
	}
	if since(0, 86, 0) {
		l.Anthropic, l.Google = "0.124.0", "2.21.0"
	}
	if since(0, 87, 1) {
		l.ClaudeCode = "2.1.280"
	}
	return l
}
