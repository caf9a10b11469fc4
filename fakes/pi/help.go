package pi

// help is what --help prints, with the versions that are built in. It is the fake's own: it says what is played.
const help = `pi, played by a fake (the Pi coding agent's RPC mode, for tests)

Usage:
  pi --mode rpc [options]      speak RPC on stdin and stdout, one JSON object a line
  pi --list-models [pattern]   print the models that are available
  pi --version                 print the version that is played

Options of the fake:
  --play-version VERSION   which Pi to play (built in: %s)
  --play-catalog FILE      its models, for a version that is not (see fakes/pi/catalog/gen)

Options of Pi that count:
  --model PROVIDER/ID[:LEVEL], --provider P --model ID, --models A,B, --api-key KEY,
  --thinking LEVEL, --session FILE|ID, --session-id ID, --session-dir DIR,
  --no-session, --name NAME, --system-prompt TEXT, --append-system-prompt TEXT,
  --skill DIR, --no-skills, --no-context-files, --no-prompt-templates,
  --tools A,B, --no-tools
Others are accepted where Pi accepts them, and change nothing.

Files: auth.json, models.json and settings.json in $PI_CODING_AGENT_DIR
(default ~/.pi/agent). Beside the executable, EXECUTABLE.sidecar.json can say
what to play and where to leave a flight record:
  {"play":"0.80.6","records":"/tmp/records"}

Exit codes: 0 stdin ended; 1 as Pi; 2 the fake cannot play this; 129, 143 SIGHUP, SIGTERM.
`
