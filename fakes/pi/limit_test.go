package pi_test

import (
	"strings"
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/pi/pitest"
)

// An answer may be as long as the context leaves room for, of which Pi's own
// instructions are a part: they are as long as Pi's, its paths included.
func TestInstructionsCountInTheLimit(t *testing.T) {
	t.Parallel()
	const folder = "/opt/pi" // thrice in the instructions
	limit := func(t *testing.T, install string, args ...string) float64 {
		provider := pitest.Serve(t, pitest.Say("ok"))
		models := strings.Replace(provider.Models("m1"), `"id":"m1"`, `"id":"m1","contextWindow":32000,"maxTokens":32000`, 1)
		pi := pitest.Start(t, pitest.Options{
			Binary: fake, Files: map[string]string{modelsFile: models}, Args: append([]string{"--mode", "rpc"}, args...),
			Sidecar: flight.Sidecar{Play: "0.87.1", Install: install},
		})
		pi.Prompt("four")
		pi.Close()
		n, _ := provider.Requests()[0].Body.At("max_completion_tokens").(float64)
		return n
	}
	const room = 32000 - 4096 - 1                                  // for everything but the prompt
	here, deeper := limit(t, folder), limit(t, folder+"/in/there") // nine characters more
	if used := room - here; used < 1000 || used > 2000 {
		t.Errorf("the instructions count %v tokens", used)
	}
	if used := here - deeper; used < 6 || used > 8 { // 27 characters
		t.Errorf("the longer path counts %v tokens", used)
	}
	if own := limit(t, folder, "--system-prompt", "Be brief.", "--no-tools"); room-own > 60 {
		t.Errorf("instructions of the user's count %v tokens", room-own)
	}
}
