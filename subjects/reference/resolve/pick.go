package resolve

import (
	"github.com/agenta-ai/conform/subjects/reference/capability"
	"github.com/agenta-ai/conform/subjects/reference/modelref"
)

// defaultName is the connection that a project prefers among several.
const defaultName = "default"

// pick chooses one candidate; never by the order of the vault.
func (r *Resolver) pick(all []candidate, req Request) (candidate, error) {
	if req.Ref.Named() {
		return pickNamed(all, req.Ref)
	}
	return r.pickDefault(all, req)
}

func pickNamed(all []candidate, ref modelref.Ref) (candidate, error) {
	found := filter(all, func(c candidate) bool { return c.name == ref.Slug })
	switch {
	case len(found) == 0:
		return candidate{}, notFound(ref)
	case len(found) > 1:
		if found = filter(found, func(c candidate) bool { return c.lists(ref.Model) }); len(found) != 1 {
			return candidate{}, ambiguousName(ref.Slug)
		}
	}
	picked := found[0]
	if ref.Provider != "" && picked.family != "" && picked.family != capability.Family(ref.Provider) {
		return candidate{}, mismatch(picked, ref.Provider)
	}
	return picked, nil
}

func (r *Resolver) pickDefault(all []candidate, req Request) (candidate, error) {
	ref := req.Ref
	pool := filter(all, func(c candidate) bool { return c.serves(ref) })
	switch {
	case len(pool) == 1:
		return pool[0], nil
	case len(pool) == 0 && ref.Provider == "":
		return candidate{}, r.missingProvider(req)
	case len(pool) == 0:
		return candidate{}, notFound(ref)
	}
	if listed := filter(pool, func(c candidate) bool { return c.lists(ref.Model) }); len(listed) == 1 {
		return listed[0], nil
	}
	if named := filter(pool, func(c candidate) bool { return c.name == defaultName }); len(named) == 1 {
		return named[0], nil
	}
	return candidate{}, ambiguousDefault(ref, pool)
}

// serves says whether the candidate belongs to the pool of a run that names no
// connection. A record of no vendor only speaks for the models that it lists;
// with neither provider nor model stated, every record is as good as another.
func (c candidate) serves(ref modelref.Ref) bool {
	switch {
	case ref.Provider == "" && ref.Model == "":
		return true
	case ref.Provider == "" || c.family == "":
		return c.lists(ref.Model)
	}
	return c.family == capability.Family(ref.Provider)
}

func filter(all []candidate, keep func(candidate) bool) []candidate {
	var out []candidate
	for _, c := range all {
		if keep(c) {
			out = append(out, c)
		}
	}
	return out
}
