package providers

import (
	"net/http"
	"slices"
	"strings"
)

// document answers a request for something other than a model's words, and
// reports whether the path is one of those.
func (e *exchange) document() bool {
	if e.host != "openrouter.ai" {
		return e.listing()
	}
	path, ok := strings.CutPrefix(e.path, "/api/v1")
	if !ok {
		return false
	}
	switch path {
	case "/models":
		e.give(listOf(e.catalogue()))
	case "/models/count":
		e.give(obj{{"data", obj{{"count", len(e.catalogue())}}}})
	case "/providers":
		e.give(obj{{"data", providersList()}})
	case "/models/user":
		e.known(func() { e.give(listOf(e.catalogue())) })
	case "/key", "/auth/key":
		e.known(func() { e.give(obj{{"data", e.keyStatus()}}) })
	case "/credits":
		e.known(e.credits)
	case "/generation":
		e.known(e.generation)
	default:
		if id, ok := strings.CutPrefix(path, "/model/"); ok {
			e.ofModel(id, model)
			return true
		}
		id, ok := strings.CutPrefix(path, "/models/")
		if id, isEndpoints := strings.CutSuffix(id, "/endpoints"); ok && isEndpoints {
			e.ofModel(id, endpoints)
			return true
		}
		return false
	}
	return true
}

// give answers with a document.
func (e *exchange) give(document obj) { e.send(http.StatusOK, encode(document)) }

// known answers if the caller's key is good.
func (e *exchange) known(answer func()) {
	switch {
	case e.key == "":
		e.refuse(openRouter{}, why{refusal: noKey})
	case !e.accepted(e.host) && !slices.Contains(e.play.ManagementKeys, e.key):
		e.refuse(openRouter{}, why{refusal: badKey})
	default:
		answer()
	}
}

// managing reports whether the caller's key is a management key.
func (e *exchange) managing() bool {
	if len(e.play.ManagementKeys) == 0 {
		return e.play.AnyKey
	}
	return slices.Contains(e.play.ManagementKeys, e.key)
}

func (e *exchange) ofModel(id string, document func(id string) obj) {
	if !slices.Contains(e.catalogue(), id) && !e.play.serves(id) {
		e.fail(openRouter{}, why{refusal: badModel}, http.StatusNotFound, "No endpoints found for "+id+".", nil)
		return
	}
	e.give(obj{{"data", document(id)}})
}

// spent is what a key has used, from the journal: in USD, and calls to free
// models.
func (e *exchange) spent(key string) (cost float64, free int) {
	for _, c := range e.tenant.Journal() {
		if c.Host == e.host && (key == "" || c.Key == key) {
			cost += c.Cost
			if strings.HasSuffix(c.AnswerModel, ":free") {
				free++
			}
		}
	}
	return cost, free
}

// dailyFree is how many requests to free models a day has.
const dailyFree = 50

func (e *exchange) keyStatus() obj {
	used, free := e.spent(e.key)
	return obj{
		{"label", short(e.key)}, {"limit", nil}, {"limit_remaining", nil}, {"limit_reset", nil},
		{"usage", used}, {"usage_daily", used}, {"usage_weekly", used}, {"usage_monthly", used},
		{"byok_usage", 0}, {"byok_usage_daily", 0}, {"byok_usage_weekly", 0}, {"byok_usage_monthly", 0},
		{"is_free_tier", false}, {"is_management_key", e.managing()}, {"is_provisioning_key", e.managing()},
		{"include_byok_in_limit", false}, {"creator_user_id", "user_fake"},
		{"free_model_daily_requests", obj{{"used", free}, {"limit", dailyFree}, {"remaining", max(dailyFree-free, 0)}}},
		{"rate_limit", obj{{"requests", -1}, {"interval", "10s"}, {"note", "This field is deprecated and safe to ignore."}}},
		{"allowed_data_regions", list{}}, {"organization_id", nil}, {"workspace_id", nil},
	}
}

// short is a key as OpenRouter shows it.
func short(key string) string {
	const head, tail = 12, 3
	if len(key) < 2*(head+tail) {
		return key[:len(key)/4] + "..."
	}
	return key[:head] + "..." + key[len(key)-tail:]
}

// boughtCredits is what has ever been paid in, in USD.
const boughtCredits = 100

func (e *exchange) credits() {
	if !e.managing() {
		e.refuse(openRouter{}, why{refusal: forbidden})
		return
	}
	used, _ := e.spent("")
	e.give(obj{{"data", obj{{"total_credits", boughtCredits}, {"total_usage", used}}}})
}
