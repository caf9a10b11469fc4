package verdict

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// maxSignature is how long a signature may be for people to read it as a title.
// A longer one is cut and keeps a digest, so that it still tells causes apart.
const maxSignature = 400

// Signature is what equal failures share: the violated clauses and the
// mismatches, with the words that belong to the one cell replaced. Breakdowns
// are equal when their cause is. It is "" for a result that needs no cause.
func Signature(r Result) string {
	switch {
	case r.Status < UnexpectedPass:
		return ""
	case r.Status == Error && r.Evidence != nil && r.Evidence.Failure != nil:
		return shorten(r.Evidence.Failure.Part + ": " + r.Evidence.Failure.Cause)
	case r.Status != Failed:
		return shorten(r.Status.String() + ": " + r.Reason)
	}
	words := wordsOf(r)
	clauses := ViolatedClauses(r)
	var texts []string
	for _, f := range r.Findings {
		if f.Judgement != Violated {
			continue
		}
		for _, m := range f.Mismatches {
			if text := words.normalise(Gist(m)); !slices.Contains(texts, text) {
				texts = append(texts, text)
			}
		}
	}
	if len(texts) == 0 {
		texts = []string{words.normalise(r.Reason)}
	}
	slices.Sort(texts)
	return shorten(strings.Join(clauses, ", ") + ": " + strings.Join(texts, "; "))
}

// CauseOf is the signature that was stored with a result, else its Signature.
func CauseOf(r Result) string {
	if r.Cause != "" {
		return r.Cause
	}
	return Signature(r)
}

// sortClauses sorts ids as people count: CFG-9 before CFG-10.
func sortClauses(ids []string) {
	slices.SortFunc(ids, func(a, b string) int {
		groupA, numberA, _ := strings.Cut(a, "-")
		groupB, numberB, _ := strings.Cut(b, "-")
		return cmp.Or(strings.Compare(groupA, groupB), cmp.Compare(len(numberA), len(numberB)), strings.Compare(numberA, numberB))
	})
}

// ViolatedClauses lists the clauses that a result violates, sorted.
func ViolatedClauses(r Result) []string {
	var clauses []string
	for _, f := range r.Findings {
		if f.Judgement == Violated {
			clauses = append(clauses, f.Clause)
		}
	}
	sortClauses(clauses)
	return slices.Compact(clauses)
}

func shorten(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	runes := []rune(text)
	if len(runes) <= maxSignature {
		return text
	}
	sum := sha256.Sum256([]byte(text))
	return string(runes[:maxSignature]) + "… #" + hex.EncodeToString(sum[:4])
}

// words knows what belongs to one cell.
type words struct {
	plain  *strings.Replacer // whole texts such as the requested model id
	tokens map[string]string // identifiers such as the provider kind
}

// piNames are the ids that Pi uses for provider kinds of another name; both
// spellings turn up in mismatches.
func piNames(kind string) []string {
	switch kind {
	case "gemini":
		return []string{kind, "google"}
	case "together_ai":
		return []string{kind, "together"}
	case "mistral", "mistralai":
		return []string{"mistral", "mistralai"}
	case "custom", "": // an English word that means the sort of record as well
		return nil
	}
	return []string{kind}
}

func wordsOf(r Result) words {
	w := words{tokens: map[string]string{}}
	for _, name := range piNames(r.Axes["provider"]) {
		w.tokens[name] = "<provider>"
	}
	var pairs [][2]string
	if r.Axes["provider"] == "custom" {
		pairs = append(pairs, [2]string{"'custom'", "'<provider>'"}) // in quotes it is the kind
	}
	if harness := r.Axes["harness"]; harness != "" {
		w.tokens[harness] = "<harness>"
	}
	add := func(word, with string) {
		if len(word) > 3 { // a shorter one is a part of too many words
			pairs = append(pairs, [2]string{word, with})
		}
	}
	add(r.Cell, "<cell>")
	if ev := r.Evidence; ev != nil {
		for _, s := range ev.Secrets {
			add(s.Label, string(s.Role))
		}
		if ev.Input.Turn != nil {
			var llm struct {
				Model string `json:"model"`
			}
			if json.Unmarshal(ev.Input.Turn.LLM, &llm) != nil {
				_ = json.Unmarshal(ev.Input.Turn.LLM, &llm.Model) // the plain string form; anything else has no model
			}
			add(llm.Model, "<model>")
		}
	}
	// The longest first: a cell id may contain a model id.
	slices.SortStableFunc(pairs, func(a, b [2]string) int { return len(b[0]) - len(a[0]) })
	var flat []string
	for _, p := range pairs {
		flat = append(flat, p[0], p[1])
	}
	w.plain = strings.NewReplacer(flat...)
	return w
}

// The order matters: an address holds host, id and number.
var (
	addressText  = regexp.MustCompile(`https?://[^\s"'<>,;)\]}]+`)
	hostText     = regexp.MustCompile(`\b(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|(?:[a-zA-Z0-9-]+\.)+(?:com|ai|io|net|org|dev|co|cloud|app|test|invalid|example|internal))(?::\d+)?\b`)
	variableText = regexp.MustCompile(`\b[A-Z][A-Z0-9_]*_(?:API_KEY|KEY|TOKEN)\b`)
	laneText     = regexp.MustCompile(`[^\s"'(]*/conform-run-[^/\s]+/lane-\d+`)
	idText       = regexp.MustCompile(`\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b|\b[0-9a-f]{12,}\b`)
	tokenText    = regexp.MustCompile(`[A-Za-z][A-Za-z0-9_]*`)
	numberText   = regexp.MustCompile(`\b\d+(?:\.\d+)?(?:ms|s|m|kb|mb|b)?\b`)
	// A file mode tells causes apart, and so does nothing at all, and an HTTP status
	// where one is spoken of; every other number is the cell's.
	fileMode   = regexp.MustCompile(`^0[0-7]{3}$`)
	httpStatus = regexp.MustCompile(`^[1-5]\d\d$`)
	httpWord   = regexp.MustCompile(`(?i)status|http`)
)

func (w words) normalise(text string) string {
	text = w.plain.Replace(text)
	text = laneText.ReplaceAllString(text, "<lane>")
	text = addressText.ReplaceAllString(text, "<address>")
	text = hostText.ReplaceAllString(text, "<host>")
	text = variableText.ReplaceAllString(text, "<variable>")
	text = idText.ReplaceAllString(text, "<id>")
	text = tokenText.ReplaceAllStringFunc(text, func(t string) string {
		if with, ok := w.tokens[t]; ok {
			return with
		}
		return t
	})
	spoken := httpWord.MatchString(text)
	return numberText.ReplaceAllStringFunc(text, func(n string) string {
		if n == "0" || fileMode.MatchString(n) || spoken && httpStatus.MatchString(n) {
			return n
		}
		return "#"
	})
}
