package daytona

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/agenta-ai/conform/fakes/daytona/machine"
)

// The limits of an upload and of what the journal keeps of it.
const (
	maxUpload  = 256 << 20
	maxContent = 64 << 10
)

// store writes one file and notes it.
func (s *Server) store(r *request, m machine.Machine, p string, content io.Reader) error {
	data, err := io.ReadAll(io.LimitReader(content, maxUpload))
	if err != nil {
		return fail(http.StatusBadRequest, "read the upload of %s: %v", p, err)
	}
	s.mu.Lock()
	r.sandbox.uploads++
	broken := s.faults.upload(r.sandbox.uploads, path.Base(p))
	s.mu.Unlock()
	if broken {
		return fail(http.StatusInternalServerError, "write %s: no space left on device", p)
	}
	if err := m.Write(p, bytes.NewReader(data)); err != nil {
		return failed(p, err)
	}
	sum := sha256.Sum256(data)
	u := Upload{Path: p, Size: int64(len(data)), Sum: hex.EncodeToString(sum[:])[:16]}
	if len(data) <= maxContent && utf8.Valid(data) {
		u.Content = string(data)
	}
	r.entry.Update(func(c *Call) { c.Files = append(c.Files, u) })
	return nil
}

// uploadOne takes one file, its path in the query.
func (s *Server) uploadOne(r *request, m machine.Machine) (answer, error) {
	p, err := asked(r, "path")
	if err != nil {
		return answer{}, err
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return answer{}, fail(http.StatusBadRequest, "%v", err)
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return answer{}, fail(http.StatusBadRequest, "the upload has no part named file")
		}
		if part.FormName() == "file" {
			return answer{status: http.StatusOK}, s.store(r, m, p, part)
		}
	}
}

// uploadMany takes parts files[n].path and files[n].file, each path before its
// file. The first file that fails ends the upload; those before it stay.
func (s *Server) uploadMany(r *request, m machine.Machine) (answer, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return answer{}, fail(http.StatusBadRequest, "%v", err)
	}
	paths := map[string]string{}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return answer{status: http.StatusOK}, nil
		}
		if err != nil {
			return answer{}, fail(http.StatusBadRequest, "read the upload: %v", err)
		}
		name := part.FormName()
		if index, ok := strings.CutSuffix(name, ".path"); ok {
			text, err := io.ReadAll(io.LimitReader(part, 4096))
			if err != nil {
				return answer{}, fail(http.StatusBadRequest, "read the upload: %v", err)
			}
			paths[index] = string(text)
			continue
		}
		index, ok := strings.CutSuffix(name, ".file")
		if !ok || paths[index] == "" {
			return answer{}, fail(http.StatusBadRequest, "part %q has no path before it", name)
		}
		if err := s.store(r, m, paths[index], part); err != nil {
			return answer{}, err
		}
	}
}

func downloadOne(r *request, m machine.Machine) (answer, error) {
	p, err := asked(r, "path")
	if err != nil {
		return answer{}, err
	}
	f, err := m.Open(p)
	if err != nil {
		return answer{}, failed(p, err)
	}
	defer f.Close()
	r.entry.Update(func(c *Call) { c.Status = http.StatusOK })
	r.w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = io.Copy(r.w, f) // a client that is gone needs no file
	return answer{}, nil
}

// downloadMany answers with a part for each path: the file, or why not.
func downloadMany(r *request, m machine.Machine) (answer, error) {
	var q struct {
		Paths []string `json:"paths"`
	}
	if err := r.read(&q); err != nil {
		return answer{}, err
	}
	if len(q.Paths) == 0 {
		return answer{}, fail(http.StatusBadRequest, "no paths")
	}
	r.entry.Update(func(c *Call) { c.Status = http.StatusOK })
	out := multipart.NewWriter(r.w)
	r.w.Header().Set("Content-Type", out.FormDataContentType())
	for _, p := range q.Paths {
		if err := sendPart(out, m, p); err != nil {
			return answer{}, nil // the client is gone
		}
	}
	_ = out.Close()
	return answer{}, nil
}

func sendPart(out *multipart.Writer, m machine.Machine, p string) error {
	head := func(name, kind string) textproto.MIMEHeader {
		return textproto.MIMEHeader{
			"Content-Disposition": {fmt.Sprintf(`form-data; name=%q; filename=%q`, name, p)}, "Content-Type": {kind},
		}
	}
	f, err := m.Open(p)
	if err != nil {
		var told *apiError
		errors.As(failed(p, err), &told)
		w, bad := out.CreatePart(head("error", "application/json"))
		if bad != nil {
			return bad
		}
		return json.NewEncoder(w).Encode(map[string]any{"message": told.Message, "statusCode": told.Status, "code": strings.ToUpper(strings.ReplaceAll(told.Name, " ", "_"))})
	}
	defer f.Close()
	w, err := out.CreatePart(head("file", "application/octet-stream"))
	if err != nil {
		return err
	}
	_, err = io.Copy(w, f)
	return err
}
