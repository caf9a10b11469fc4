package daytona

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
)

// File is one file to upload.
type File struct {
	Path    string
	Content []byte
}

// RemoveAll removes a folder and all below it. One that is not there is no error.
func (s *Sandbox) RemoveAll(ctx context.Context, path string) error {
	query := url.Values{"path": {path}, "recursive": {"true"}}
	return gone(s.client.call(ctx, "remove "+path+" in the sandbox", http.MethodDelete, s.tools+"/files?"+query.Encode(), nil, nil))
}

// MkdirAll makes a folder that is its user's alone.
func (s *Sandbox) MkdirAll(ctx context.Context, path string) error {
	query := url.Values{"path": {path}, "mode": {"0700"}}
	return s.client.call(ctx, "make "+path+" in the sandbox", http.MethodPost, s.tools+"/files/folder?"+query.Encode(), nil, nil)
}

// Upload writes files that are their user's alone, all in one request.
func (s *Sandbox) Upload(ctx context.Context, files []File) error {
	if len(files) == 0 {
		return nil
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i, f := range files {
		if err := w.WriteField(fmt.Sprintf("files[%d].path", i), f.Path); err != nil {
			return err
		}
		part, err := w.CreateFormFile(fmt.Sprintf("files[%d].file", i), f.Path)
		if err != nil {
			return err
		}
		if _, err := part.Write(f.Content); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	if err := s.client.send(ctx, "upload the run's files", http.MethodPost, s.tools+"/files/bulk-upload", w.FormDataContentType(), body.Bytes(), nil); err != nil {
		return err
	}
	for _, f := range files {
		query := url.Values{"path": {f.Path}, "mode": {"0600"}}
		if err := s.client.call(ctx, "set the mode of "+f.Path, http.MethodPost, s.tools+"/files/permissions?"+query.Encode(), nil, nil); err != nil {
			return err
		}
	}
	return nil
}
