package pyenv

import (
	"slices"
	"strings"
	"testing"
)

func TestReadListed(t *testing.T) {
	got, err := readListed("agenta (0.10.0)\nAvailable versions: 0.10.0, 0.9.2, 0.9.1rc1, odd\n  INSTALLED: 0.9.2\n")
	if want := []string{"0.9.1rc1", "0.9.2", "0.10.0"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := readListed("nothing"); err == nil {
		t.Error("a list out of nothing")
	}
}

func TestBetween(t *testing.T) {
	listed := []string{"0.2.0", "0.9.2", "0.10.0", "0.10.1", "0.11.0"}
	got, err := Between(listed, "0.9.2", "0.10.1")
	if want := []string{"0.9.2", "0.10.0", "0.10.1"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := Between(listed, "0.10.0", "0.9.2"); err == nil || !strings.Contains(err.Error(), "0.10.0 is not older than 0.9.2") {
		t.Errorf("got %v", err)
	}
}
