package process

import (
	"path"
	"path/filepath"
	"strings"
)

// inner is a machine's path as the root wants it: relative and clean.
func inner(p string) string {
	if !strings.HasPrefix(p, "/") {
		p = Home + "/" + p
	}
	p = strings.TrimPrefix(path.Clean(p), "/")
	if p == "" {
		return "."
	}
	return p
}

// outside is a machine's path as this computer has it.
func (f *folder) outside(p string) string { return path.Join("/", f.path, inner(p)) }

// Inside replaces the machine's folder by its root.
func (f *folder) Inside(text string) string {
	switch f.path {
	case "":
		return text
	case text:
		return "/"
	}
	return strings.ReplaceAll(text, f.path+"/", "/")
}

// at is a machine's path as the root wants it. On a whole computer links may
// have absolute targets, which a root does not follow by itself.
func (f *folder) at(p string) string {
	if f.path == "" {
		if real, err := filepath.EvalSymlinks("/" + inner(p)); err == nil {
			return inner(real)
		}
	}
	return f.entry(p)
}

// entry is at, without following what the path itself is when that is a link.
func (f *folder) entry(p string) string {
	in := inner(p)
	if f.path == "" && in != "." {
		if real, err := filepath.EvalSymlinks("/" + path.Dir(in)); err == nil {
			return inner(path.Join(real, path.Base(in)))
		}
	}
	return in
}

// mapped is a text as this computer has it; see the function.
func (f *folder) mapped(text string, tops []string) string {
	if f.path == "" {
		return text
	}
	return mapped(text, f.path, tops)
}

// mapped is a text, such as a shell command, in which absolute paths that begin
// with one of the names at the machine's root are this computer's.
func mapped(text, root string, tops []string) string {
	var out strings.Builder
	for {
		at := strings.IndexByte(text, '/')
		if at < 0 {
			out.WriteString(text)
			return out.String()
		}
		begins := at == 0 && (out.Len() == 0 || !joins(last(out.String()))) || at > 0 && !joins(text[at-1])
		out.WriteString(text[:at])
		if begins && named(text[at+1:], tops) {
			out.WriteString(root)
		}
		out.WriteByte('/')
		text = text[at+1:]
	}
}

func last(s string) byte { return s[len(s)-1] }

// joins reports whether a slash after this character goes on with a path.
func joins(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("_.-/~})$*?]", c) >= 0
}

// named reports whether a text begins with one of the names, whole.
func named(text string, tops []string) bool {
	for _, top := range tops {
		if rest, ok := strings.CutPrefix(text, top); ok && (rest == "" || rest[0] == '/' || !joins(rest[0])) {
			return true
		}
	}
	return false
}
