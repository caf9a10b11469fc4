package providers_test

import (
	"context"
	"fmt"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"github.com/agenta-ai/conform/fakes/providers"
)

// An Endpoint is started like a server of net/http/httptest, told what models
// say, and asked what it saw.
func ExampleNewEndpoint() {
	fake := providers.NewEndpoint(providers.Script{
		Keys:  map[string][]string{"openrouter.ai": {"sk-or-test"}},
		Reply: "I do not know.",
		Rules: []providers.Rule{{
			When: providers.When{Model: "openai/*", User: "*capital of France*"},
			Say:  &providers.Say{Text: "Paris."},
		}},
	})
	defer fake.Close()

	client := openai.NewClient(option.WithBaseURL(fake.URL+"/api/v1"), option.WithAPIKey("sk-or-test"))
	answer, err := client.Chat.Completions.New(context.Background(), openai.ChatCompletionNewParams{
		Model:    "openai/gpt-4o:nitro",
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("What is the capital of France?")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(answer.Choices[0].Message.Content)

	calls, err := fake.Wait(context.Background(), 1, nil)
	fmt.Println(err, calls[0].Model, calls[0].AnswerModel, calls[0].Rule, calls[0].End)
	// Output:
	// Paris.
	// <nil> openai/gpt-4o:nitro openai/gpt-4o rule 1 whole
}
