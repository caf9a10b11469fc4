# conform. `make test` is what one runs before each commit.

GO ?= go
FLAGS ?= --only pi

.DEFAULT_GOAL := build
.PHONY: build dist test lint bench bench-fakes interop interop-clients conform clean

build: ## the command, into bin/
	$(GO) build -trimpath -o bin/conform ./cmd/conform

dist: ## the command with all that it needs, into dist/: it runs in any folder, without Go
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags="-s -w" -o dist/bin/conform ./cmd/conform
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags="-s -w" -o dist/libexec/conform/ \
		./fakes/pi/cmd/pi ./fakes/pi/cmd/pi-recorder ./subjects/reference/cmd/reference \
		./internal/docker/cmd/conform-keeper ./internal/docker/cmd/conform-lane

test: ## vet and all tests
	$(GO) vet ./...
	$(GO) test ./...

lint: ## formatting, vet, staticcheck
	@unformatted=$$(gofmt -l $$(git ls-files -co --exclude-standard '*.go')); \
	if [ -n "$$unformatted" ]; then echo "not gofmt-ed:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

bench: ## cells a second beside the floor, memory, start times, phases
	$(GO) run ./internal/cli/bench

interop: interop-clients ## real Pi versions and the real adapter, in the matrix and against the fake; needs npm and the network once
	$(GO) run ./cmd/conform --only pi --level smoke --pi real@0.79.4 --out conform-report/pi-0.79.4
	$(GO) run ./cmd/conform --only pi --level smoke --pi real@0.87.1 --out conform-report/pi-0.87.1
	CONFORM_REQUIRE=node $(GO) test -count=1 ./internal/verify/acp/...
	$(GO) run ./cmd/conform verify pi --count 40

interop-clients: ## the fake providers against their official client libraries; needs npm and the network once
	CONFORM_REQUIRE=node $(GO) test -count=1 -v -run TestClients ./fakes/providers/interop

bench-fakes: ## the fake providers beside aimock and bare net/http; needs npm and the network once
	$(GO) run ./fakes/providers/bench

conform: ## the matrix against the reference
	$(GO) run ./cmd/conform $(FLAGS)

clean:
	rm -rf bin dist conform-report
