package daytona_test

import (
	"net/http/httptest"
	"testing"

	"github.com/agenta-ai/conform/fakes/daytona"
	"github.com/agenta-ai/conform/fakes/daytona/machine/process"
	"github.com/agenta-ai/conform/fakes/egress"
)

const key = "test-key"

// cloud is a cloud on a listener, whose machines are folders.
func cloud(t testing.TB, o daytona.Options) (*daytona.Server, string) {
	t.Helper()
	if o.Machines == nil {
		o.Machines = process.Maker{Dir: t.TempDir()}
	}
	s := daytona.New(o)
	s.Accept(key)
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		s.Close()
		server.Close()
	})
	return s, server.URL + "/api"
}

func authority(t testing.TB) *egress.Authority {
	t.Helper()
	a, err := egress.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	return a
}
