package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// patience is how long an engine may take for its first answer. One that is
// well needs a millisecond or two.
const patience = 3 * time.Second

// oldest is the oldest API that the keeper speaks, 1.40 (Docker 19.03).
const oldest = 40

// Engine is an engine that has answered.
type Engine struct {
	Endpoint
	API   string        // version of its API, such as "1.41"
	Name  string        // what it calls itself, such as "Docker/20.10.24"
	Took  time.Duration // until it had answered
	Other []string      // usual places that were tried before and why they were not it
	http  *http.Client
}

// Trouble says why there is no engine to be used, and what to do about it.
type Trouble struct {
	Endpoint
	What string
	Do   string
	Also []string // what was found at the other usual places
}

// Error has it in one line.
func (t *Trouble) Error() string {
	text := fmt.Sprintf("no container engine at %s: %s; %s", t.Endpoint, t.What, t.Do)
	if len(t.Also) > 0 {
		text += " (also tried: " + strings.Join(t.Also, ", ") + ")"
	}
	return text
}

// Probe finds the engine that is meant. When one is named and does not answer,
// that is the result: no other is tried. The error is a *Trouble.
func Probe(ctx context.Context, s Surroundings) (*Engine, error) {
	places, err := s.endpoints()
	if err != nil {
		return nil, err
	}
	var tried []*Trouble
	for _, at := range places {
		found, trouble := ask(ctx, at)
		if trouble == nil {
			for _, t := range tried {
				if !t.absent() {
					found.Other = append(found.Other, t.Host+": "+t.What)
				}
			}
			return found, nil
		}
		tried = append(tried, trouble)
	}
	return nil, worst(tried)
}

// worst is the trouble that says most: a socket that is there and does not work
// before one that is not there.
func worst(tried []*Trouble) *Trouble {
	if len(tried) == 0 {
		return &Trouble{Endpoint: Endpoint{Host: "any usual place", From: "nothing is named"}, What: "no place to look at", Do: "set DOCKER_HOST"}
	}
	best := tried[0]
	for _, t := range tried {
		if best.absent() && !t.absent() {
			best = t
		}
	}
	for _, t := range tried {
		if t != best {
			best.Also = append(best.Also, strings.TrimPrefix(t.Host, "unix://"))
		}
	}
	return best
}

const noSocket = "there is no socket"

func (t *Trouble) absent() bool { return t.What == noSocket }

// ask asks one engine who it is.
func ask(ctx context.Context, at Endpoint) (*Engine, *Trouble) {
	begun := time.Now()
	network, address, trouble := dialable(at)
	if trouble != nil {
		return nil, trouble
	}
	e := &Engine{Endpoint: at, http: &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, network, address)
		},
	}}}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://engine/_ping", nil)
	if err != nil {
		return nil, &Trouble{Endpoint: at, What: err.Error(), Do: "set DOCKER_HOST"}
	}
	resp, err := e.http.Do(r)
	if err != nil {
		return nil, diagnose(at, err)
	}
	defer resp.Body.Close()
	e.API, e.Name, e.Took = resp.Header.Get("Api-Version"), resp.Header.Get("Server"), time.Since(begun)
	return e, unfit(at, resp)
}

// unfit says why an answer is not that of an engine that can be used, nil if it
// is one.
func unfit(at Endpoint, resp *http.Response) *Trouble {
	api := resp.Header.Get("Api-Version")
	minor, err := strconv.Atoi(strings.TrimPrefix(api, "1."))
	switch {
	case resp.StatusCode != http.StatusOK:
		return &Trouble{Endpoint: at, What: "it answers " + resp.Status, Do: "look at the log of its daemon"}
	case api == "" || err != nil:
		return &Trouble{Endpoint: at, What: "something answers that is no container engine", Do: "set DOCKER_HOST to the engine's address"}
	case minor < oldest:
		return &Trouble{Endpoint: at, What: "its API " + api + " is too old", Do: fmt.Sprintf("conform needs API 1.%d, Docker 19.03 or newer", oldest)}
	case resp.Header.Get("Ostype") != "" && resp.Header.Get("Ostype") != "linux":
		return &Trouble{Endpoint: at, What: "it runs " + resp.Header.Get("Ostype") + " containers", Do: "switch it to Linux containers"}
	}
	return nil
}

// dialable turns an address into what can be dialled.
func dialable(at Endpoint) (network, address string, _ *Trouble) {
	u, err := url.Parse(at.Host)
	switch {
	case err != nil || u.Scheme == "":
		return "", "", &Trouble{Endpoint: at, What: "that is no address", Do: "use unix:///path/of/socket or tcp://host:port"}
	case u.Scheme == "unix":
		path := strings.TrimPrefix(at.Host, "unix://")
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return "", "", &Trouble{Endpoint: at, What: noSocket, Do: "install and start Docker, or set DOCKER_HOST"}
		case err != nil:
			return "", "", diagnose(at, err)
		case info.Mode()&fs.ModeSocket == 0:
			return "", "", &Trouble{Endpoint: at, What: "that is no socket", Do: "set DOCKER_HOST to the engine's socket"}
		}
		return "unix", path, nil
	case u.Scheme == "tcp" || u.Scheme == "http":
		return "tcp", u.Host, nil
	}
	return "", "", &Trouble{Endpoint: at, What: "conform does not speak " + u.Scheme, Do: "forward the engine's socket to this machine and name it with unix://"}
}

// diagnose reads the error of a connection.
func diagnose(at Endpoint, err error) *Trouble {
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EACCES):
		return &Trouble{Endpoint: at, What: "permission denied", Do: "join the group that owns the socket (docker, as a rule) and log in again"}
	case errors.Is(err, syscall.ECONNREFUSED):
		return &Trouble{Endpoint: at, What: "nobody listens there, its daemon is not running", Do: "start it, as with systemctl start docker"}
	case errors.Is(err, context.DeadlineExceeded):
		return &Trouble{Endpoint: at, What: fmt.Sprintf("it takes connections and gives no answer within %s", patience), Do: "restart its daemon"}
	}
	var op *net.OpError
	if errors.As(err, &op) {
		err = op
	}
	return &Trouble{Endpoint: at, What: err.Error(), Do: "start the engine, or set DOCKER_HOST to one that runs"}
}

// At is the engine at one address.
func At(ctx context.Context, host string) (*Engine, error) {
	e, trouble := ask(ctx, Endpoint{Host: host, From: "as found before", Named: true})
	if trouble != nil {
		return nil, trouble
	}
	return e, nil
}
