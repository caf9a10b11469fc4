package cli_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
)

// liar is a driver that is honest but for one thing, which it is started with.
// Each lie must be found by "subject check", or by a run.
type liar struct {
	lie    string
	vault  string
	runner string
}

type object = map[string]any

func liarMain() {
	l := &liar{}
	if len(os.Args) > 1 {
		l.lie = os.Args[1]
	}
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var call struct {
			ID     *int64          `json:"id"`
			Method string          `json:"method"`
			Params json.RawMessage `json:"params"`
		}
		if json.Unmarshal(line, &call) != nil || call.ID == nil {
			continue
		}
		if l.lie == "chatters" && call.Method == "invoke" {
			fmt.Println("about to run a turn")
		}
		text, _ := json.Marshal(object{"jsonrpc": "2.0", "id": *call.ID, "result": l.answer(call.Method, call.Params)})
		fmt.Println(string(text))
		if call.Method == "shutdown" {
			return
		}
	}
}

func (l *liar) answer(method string, params json.RawMessage) any {
	switch method {
	case "describe":
		capabilities := []string{"resolve"}
		switch l.lie {
		case "claims-run":
			capabilities = append(capabilities, "run")
		case "claims-catalog":
			capabilities = append(capabilities, "catalog")
		case "claims-nothing":
			capabilities = nil
		case "claims-magic":
			capabilities = append(capabilities, "magic")
		}
		return object{
			"name": "liar", "version": "1", "protocol": "1.0", "editions": []string{"2026-07-02"}, "capabilities": capabilities,
			"harnesses": []string{"pi_core"}, "sandboxes": []string{"local"}, "probes": []string{},
		}
	case "prepare":
		var w struct {
			APIBase   string `json:"api_base"`
			RunnerURL string `json:"runner_url"`
		}
		_ = json.Unmarshal(params, &w)
		l.vault, l.runner = w.APIBase+"/secrets/", w.RunnerURL+"/run"
		return object{}
	case "catalog":
		return object{"harnesses": []any{}}
	case "invoke":
		return l.invoke(params)
	}
	return nil
}

func (l *liar) invoke(params json.RawMessage) any {
	var turn struct {
		Credential string          `json:"credential"`
		Messages   json.RawMessage `json:"messages"`
		LLM        struct {
			Model string `json:"model"`
		} `json:"llm"`
	}
	_ = json.Unmarshal(params, &turn)
	refused := object{
		"ok": false, "status": 422, "reply": "", "model": "", "raw": "",
		"error": object{"class": "UnsupportedDeploymentError", "stage": "gate", "message": "not supported"},
	}
	done := object{"ok": true, "status": 200, "reply": "Done.", "model": turn.LLM.Model, "raw": ""}
	switch l.lie {
	case "refuses":
		return refused
	case "never-runs":
		return done
	}
	key := "sk-made-up"
	if l.lie != "invents-request" {
		text := send(http.MethodGet, l.vault, turn.Credential, nil)
		var records []struct {
			Data struct {
				Provider struct {
					Key string `json:"key"`
				} `json:"provider"`
			} `json:"data"`
		}
		if json.Unmarshal(text, &records) == nil && len(records) > 0 {
			key = records[0].Data.Provider.Key
		}
	}
	text := send(http.MethodPost, l.runner, "", object{
		"harness": "pi_core", "sandbox": "local", "messages": turn.Messages, "model": turn.LLM.Model, "provider": "openrouter",
		"deployment": "direct", "credentialMode": "env", "secrets": object{"OPENROUTER_API_KEY": key},
	})
	var reply struct {
		OK            bool
		Output, Error string
	}
	_ = json.Unmarshal(text, &reply)
	switch {
	case l.lie == "swallows-errors", l.lie == "invents-replies" && reply.OK:
		return done
	case l.lie == "invents-errors" && reply.OK:
		return refused
	case l.lie == "misshapes":
		done["status"] = "200"
		return done
	case !reply.OK:
		return object{
			"ok": false, "status": 500, "reply": "", "model": "", "raw": string(text),
			"error": object{"class": "RunFailedError", "stage": "run", "message": reply.Error},
		}
	}
	done["reply"], done["raw"] = reply.Output, string(text)
	return done
}

func send(method, url, authorization string, body any) []byte {
	sent, _ := json.Marshal(body)
	request, err := http.NewRequest(method, url, bytes.NewReader(sent))
	if err != nil {
		return nil
	}
	request.Header.Set("Authorization", authorization)
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil
	}
	defer reply.Body.Close()
	text, _ := io.ReadAll(reply.Body)
	return text
}
