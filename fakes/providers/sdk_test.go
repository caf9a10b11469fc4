package providers_test

import (
	"errors"
	"testing"

	"github.com/anthropics/anthropic-sdk-go"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/option"
	"github.com/google/go-cmp/cmp"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	openairesponses "github.com/openai/openai-go/v3/responses"

	"github.com/agenta-ai/conform/fakes/providers"
)

// tooled is a script whose models first call a tool and then use its result.
func tooled() providers.Script {
	return providers.Script{AnyKey: true, Reply: "Hello from the model.", Unserved: []string{"nobody/serves-this"}, Rules: []providers.Rule{
		{When: providers.When{Tool: "*"}, Say: &providers.Say{Text: "It is sunny."}},
		{When: providers.When{Offers: "get_weather"}, Say: &providers.Say{Tools: []providers.Tool{
			{Name: "get_weather", Arguments: providers.Arguments{Value: map[string]any{"city": "Paris"}}},
		}}},
		{When: providers.When{Model: "fails/*", User: "401"}, Behaviour: &providers.Behaviour{Kind: providers.Status, Status: 401, Message: "Bad key."}},
		{When: providers.When{Model: "fails/*", User: "429"}, Behaviour: &providers.Behaviour{Kind: providers.Status, Status: 429, Message: "Slow down."}},
		{When: providers.When{Model: "fails/*", User: "500"}, Behaviour: &providers.Behaviour{Kind: providers.Status, Status: 500, Message: "Broken."}},
		{When: providers.When{Model: "fails/*", User: "frame"}, Behaviour: &providers.Behaviour{Kind: providers.ErrorFrame, Status: 502, Message: "Upstream died"}},
		{When: providers.When{Model: "fails/*", User: "cut"}, Behaviour: &providers.Behaviour{Kind: providers.Cut}},
		{When: providers.When{Model: "fails/*", User: "reset"}, Behaviour: &providers.Behaviour{Kind: providers.Reset}},
		{When: providers.When{Model: "fails/*", User: "malformed"}, Behaviour: &providers.Behaviour{Kind: providers.Malformed}},
	}}
}

func TestOpenAIGoCompletions(t *testing.T) {
	e := endpoint(t, tooled())
	for name, base := range map[string]string{"OpenRouter": e.URL + "/api/v1", "OpenAI": e.URL + "/v1", "Groq": e.URL + "/groq/openai/v1"} {
		t.Run(name, func(t *testing.T) {
			client := openai.NewClient(option.WithBaseURL(base), option.WithAPIKey("k"), option.WithMaxRetries(0))
			ask := func(model, text string, tools ...openai.ChatCompletionToolUnionParam) openai.ChatCompletionNewParams {
				return openai.ChatCompletionNewParams{
					Model: model, Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(text)}, Tools: tools,
					StreamOptions: openai.ChatCompletionStreamOptionsParam{IncludeUsage: openai.Bool(true)},
				}
			}
			weather := openai.ChatCompletionFunctionTool(openai.FunctionDefinitionParam{Name: "get_weather"})
			stream := func(p openai.ChatCompletionNewParams) (openai.ChatCompletion, error) {
				all := openai.ChatCompletionAccumulator{}
				s := client.Chat.Completions.NewStreaming(t.Context(), p)
				for s.Next() {
					if !all.AddChunk(s.Current()) {
						t.Errorf("a chunk that does not fit: %s", s.Current().RawJSON())
					}
				}
				return all.ChatCompletion, s.Err()
			}
			plain := func(p openai.ChatCompletionNewParams) (openai.ChatCompletion, error) {
				p.StreamOptions = openai.ChatCompletionStreamOptionsParam{}
				got, err := client.Chat.Completions.New(t.Context(), p)
				if err != nil {
					return openai.ChatCompletion{}, err
				}
				return *got, nil
			}
			for how, call := range map[string]func(openai.ChatCompletionNewParams) (openai.ChatCompletion, error){"plain": plain, "stream": stream} {
				got, err := call(ask("openai/gpt-4o", "hi"))
				if err != nil || got.Choices[0].Message.Content != "Hello from the model." || got.Choices[0].FinishReason != "stop" || got.Usage.TotalTokens == 0 {
					t.Errorf("%s: %v %+v", how, err, got)
				}
				got, err = call(ask("openai/gpt-4o", "weather?", weather))
				if err != nil || len(got.Choices[0].Message.ToolCalls) != 1 || got.Choices[0].FinishReason != "tool_calls" {
					t.Fatalf("%s: %v %+v", how, err, got)
				}
				c := got.Choices[0].Message.ToolCalls[0]
				if c.Function.Name != "get_weather" || c.Function.Arguments != `{"city":"Paris"}` || c.ID == "" {
					t.Errorf("%s: %+v", how, c)
				}
				after := ask("openai/gpt-4o", "weather?", weather)
				after.Messages = append(after.Messages, got.Choices[0].Message.ToParam(), openai.ToolMessage("sunny", c.ID))
				if got, err = call(after); err != nil || got.Choices[0].Message.Content != "It is sunny." {
					t.Errorf("%s: %v %+v", how, err, got)
				}
				for text, status := range map[string]int{"401": 401, "429": 429, "500": 500} {
					var api *openai.Error
					if _, err := call(ask("fails/m", text)); !errors.As(err, &api) || api.StatusCode != status || api.Message == "" {
						t.Errorf("%s, %s: %v", how, text, err)
					}
				}
			}
			for _, fault := range []string{"frame", "cut", "reset", "malformed"} {
				if _, err := stream(ask("fails/m", fault)); err == nil {
					t.Errorf("%s is not noticed", fault)
				}
			}
			list, err := client.Models.List(t.Context())
			if err != nil || len(list.Data) == 0 {
				t.Errorf("models: %v %+v", err, list)
			}
		})
	}
}

func TestOpenAIGoResponses(t *testing.T) {
	e := endpoint(t, tooled())
	for name, base := range map[string]string{"OpenAI": e.URL + "/v1", "OpenRouter": e.URL + "/api/v1"} {
		t.Run(name, func(t *testing.T) {
			client := openai.NewClient(option.WithBaseURL(base), option.WithAPIKey("k"), option.WithMaxRetries(0))
			ask := openairesponses.ResponseNewParams{Model: "gpt-4o", Input: openairesponses.ResponseNewParamsInputUnion{OfString: openai.String("hi")}}
			got, err := client.Responses.New(t.Context(), ask)
			if err != nil || got.OutputText() != "Hello from the model." || got.Usage.TotalTokens == 0 {
				t.Errorf("%v %+v", err, got)
			}
			s := client.Responses.NewStreaming(t.Context(), ask)
			var text string
			var last openairesponses.Response
			for s.Next() {
				text += s.Current().AsResponseOutputTextDelta().Delta
				if ended := s.Current(); ended.Type == "response.completed" {
					last = ended.Response
				}
			}
			if s.Err() != nil || text != "Hello from the model." || last.OutputText() != text {
				t.Errorf("%v %q %+v", s.Err(), text, last)
			}
			ask.Tools = []openairesponses.ToolUnionParam{openairesponses.ToolParamOfFunction("get_weather", map[string]any{"type": "object"}, false)}
			got, err = client.Responses.New(t.Context(), ask)
			if err != nil || len(got.Output) != 1 || got.Output[0].Name != "get_weather" || got.Output[0].Arguments.OfString != `{"city":"Paris"}` {
				t.Errorf("%v %+v", err, got)
			}
			ask.Model, ask.Tools = "nobody/serves-this", nil
			var api *openai.Error
			if _, err := client.Responses.New(t.Context(), ask); !errors.As(err, &api) || api.StatusCode != 400 {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestAnthropicGo(t *testing.T) {
	e := endpoint(t, tooled())
	for name, base := range map[string]string{"Anthropic": e.URL, "MiniMax": e.URL + "/minimax/anthropic", "OpenRouter": e.URL + "/api"} {
		t.Run(name, func(t *testing.T) {
			client := anthropic.NewClient(anthropicoption.WithBaseURL(base), anthropicoption.WithAPIKey("k"), anthropicoption.WithMaxRetries(0))
			ask := func(model, text string, tools ...anthropic.ToolUnionParam) anthropic.MessageNewParams {
				return anthropic.MessageNewParams{
					Model: model, MaxTokens: 100, Tools: tools,
					Messages: []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock(text))},
				}
			}
			weather := anthropic.ToolUnionParamOfTool(anthropic.ToolInputSchemaParam{}, "get_weather")
			stream := func(p anthropic.MessageNewParams) (anthropic.Message, error) {
				var all anthropic.Message
				s := client.Messages.NewStreaming(t.Context(), p)
				for s.Next() {
					if err := all.Accumulate(s.Current()); err != nil {
						t.Errorf("%v in %s", err, s.Current().RawJSON())
					}
				}
				return all, s.Err()
			}
			plain := func(p anthropic.MessageNewParams) (anthropic.Message, error) {
				got, err := client.Messages.New(t.Context(), p)
				if err != nil {
					return anthropic.Message{}, err
				}
				return *got, nil
			}
			for how, call := range map[string]func(anthropic.MessageNewParams) (anthropic.Message, error){"plain": plain, "stream": stream} {
				got, err := call(ask("claude-x", "hi"))
				if err != nil || len(got.Content) != 1 || got.Content[0].Text != "Hello from the model." || got.StopReason != "end_turn" {
					t.Fatalf("%s: %v %+v", how, err, got)
				}
				got, err = call(ask("claude-x", "weather?", weather))
				if err != nil || len(got.Content) != 1 || got.Content[0].Name != "get_weather" || got.StopReason != "tool_use" {
					t.Fatalf("%s: %v %+v", how, err, got)
				}
				if diff := cmp.Diff(`{"city":"Paris"}`, string(got.Content[0].Input)); diff != "" {
					t.Errorf("%s: %s", how, diff)
				}
				after := ask("claude-x", "weather?", weather)
				after.Messages = append(after.Messages, got.ToParam(), anthropic.NewUserMessage(anthropic.NewToolResultBlock(got.Content[0].ID, "sunny", false)))
				if got, err = call(after); err != nil || got.Content[0].Text != "It is sunny." {
					t.Errorf("%s: %v %+v", how, err, got)
				}
				for text, status := range map[string]int{"401": 401, "429": 429, "500": 500} {
					var api *anthropic.Error
					if _, err := call(ask("fails/m", text)); !errors.As(err, &api) || api.StatusCode != status {
						t.Errorf("%s, %s: %v", how, text, err)
					}
				}
			}
			for _, fault := range []string{"frame", "cut", "reset", "malformed"} {
				if _, err := stream(ask("fails/m", fault)); err == nil {
					t.Errorf("%s is not noticed", fault)
				}
			}
		})
	}
}
