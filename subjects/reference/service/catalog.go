package service

import (
	"encoding/json"
	"net/http"

	"github.com/agenta-ai/conform/subjects/reference/capability"
)

// Entry is one harness of the catalog document.
type Entry struct {
	Key          string             `json:"key"`
	Capabilities capability.Harness `json:"capabilities"`
}

// Catalog is the capability document.
type Catalog struct {
	Count     int     `json:"count"`
	Harnesses []Entry `json:"harnesses"`
}

// Schema is the part of the configuration schema that offers choices: the field
// llm.model, for each harness.
type Schema struct {
	Field   string                        `json:"field"`
	Choices map[string][]capability.Group `json:"choices"`
}

func (s *Service) harnesses(w http.ResponseWriter, _ *http.Request) {
	doc := Catalog{Harnesses: []Entry{}}
	for _, h := range s.table.Harnesses() {
		doc.Harnesses = append(doc.Harnesses, Entry{Key: h.Key, Capabilities: h})
	}
	doc.Count = len(doc.Harnesses)
	writeJSON(w, http.StatusOK, doc)
}

func (s *Service) harness(w http.ResponseWriter, hr *http.Request) {
	h, ok := s.table.Lookup(hr.PathValue("key"))
	if !ok {
		writeJSON(w, http.StatusNotFound, map[string]string{"detail": "no such harness"})
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"count": 1, "harness": Entry{Key: h.Key, Capabilities: h}})
}

func (s *Service) schema(w http.ResponseWriter, _ *http.Request) {
	doc := Schema{Field: "llm.model", Choices: map[string][]capability.Group{}}
	for _, h := range s.table.Harnesses() {
		doc.Choices[h.Key] = h.Choices()
	}
	writeJSON(w, http.StatusOK, doc)
}

func writeJSON(w http.ResponseWriter, status int, doc any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(doc)
}
