package providers

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// query is which calls somebody asks for.
type query struct {
	conditions []func(Call) bool
	limit      int
	bodies     bool
}

// fields are the members of a call that one can ask for by pattern.
func fields() map[string]func(Call) string {
	return map[string]func(Call) string{
		"host": func(c Call) string { return c.Host }, "path": func(c Call) string { return c.Path },
		"method": func(c Call) string { return c.Method }, "key": func(c Call) string { return c.Key },
		"model": func(c Call) string { return c.Model }, "dialect": func(c Call) string { return c.Dialect },
		"rule": func(c Call) string { return c.Rule }, "refusal": func(c Call) string { return c.Refusal },
		"end": func(c Call) string { return string(c.End) }, "status": func(c Call) string { return strconv.Itoa(c.Status) },
		"behaviour": func(c Call) string { return string(c.Behaviour) }, "body": func(c Call) string { return c.Body },
	}
}

// readQuery reads the parameters of a request; an unknown one is an error.
func readQuery(values url.Values) (query, error) {
	q := query{limit: 1000, bodies: true}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		text := values.Get(name)
		if of, ok := fields()[name]; ok {
			fits, err := Pattern(text).compile()
			if err != nil {
				return q, fmt.Errorf("%s: %w", name, err)
			}
			if fits != nil {
				q.conditions = append(q.conditions, func(c Call) bool { return fits(of(c)) })
			}
			continue
		}
		switch name {
		case "tenant":
		case "bodies":
			q.bodies = text != "no"
		case "remark":
			q.conditions = append(q.conditions, func(c Call) bool {
				return slices.ContainsFunc(c.Remarks, func(r Remark) bool { return strings.Contains(r.String(), text) })
			})
		case "after", "limit":
			n, err := strconv.Atoi(text)
			if err != nil || n < 0 {
				return q, fmt.Errorf("%s %q: want a number", name, text)
			}
			if name == "limit" {
				q.limit = n
			} else {
				q.conditions = append(q.conditions, func(c Call) bool { return c.N > n })
			}
		default:
			known := append(slices.Collect(maps.Keys(fields())), "tenant", "bodies", "remark", "after", "limit")
			slices.Sort(known)
			return q, fmt.Errorf("unknown parameter %q; allowed are %s", name, strings.Join(known, ", "))
		}
	}
	return q, nil
}

func (q query) fits(c Call) bool {
	for _, fits := range q.conditions {
		if !fits(c) {
			return false
		}
	}
	return true
}

// page is the calls that fit, as many as were asked for, without anybody's
// credentials.
func (q query) page(calls []Call) []shown {
	page := []shown{}
	for _, c := range calls {
		if len(page) < q.limit && q.fits(c) {
			page = append(page, q.show(c))
		}
	}
	return page
}

// shown is a call as it is shown to others: credentials are cut short, and KeySum
// tells them apart.
type shown struct {
	Call
	KeySum string `json:"key_sum,omitempty"` // SHA-256 of the credential, first 12 hex digits
}

func (q query) show(c Call) shown {
	s := shown{Call: c}
	if !q.bodies {
		s.Body = ""
	}
	if c.Key == "" {
		return s
	}
	sum := sha256.Sum256([]byte(c.Key))
	s.KeySum = hex.EncodeToString(sum[:6])
	hide := func(text string) string { return strings.ReplaceAll(text, c.Key, short(c.Key)) }
	s.Key, s.Query, s.Body = short(c.Key), hide(c.Query), hide(s.Body)
	s.Header = maps.Clone(c.Header)
	for name, value := range s.Header {
		s.Header[name] = hide(value)
	}
	return s
}
