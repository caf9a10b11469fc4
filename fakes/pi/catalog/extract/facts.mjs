// Prints, as JSON, what an installed Pi knows of its built-in providers. It asks
// the program itself: the models over RPC, and the rest from the modules that
// answer such questions within Pi.
//
//	node facts.mjs FOLDER_OF_THE_PACKAGE
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const agent = resolve(process.argv[2]);
const manifest = JSON.parse(readFileSync(join(agent, "package.json"), "utf8"));
const load = async (...path) => (existsSync(join(...path)) ? import(pathToFileURL(join(...path)).href) : {});

const ai = sibling("pi-ai");
const { MODELS } = await load(ai, "dist", "models.generated.js");
const { getEnvApiKey } = await load(ai, "dist", "env-api-keys.js");
const { builtinProviders } = await load(ai, "dist", "providers", "all.js");
const { getOAuthProviders } = await load(ai, "dist", "oauth.js");
const { defaultModelPerProvider } = await load(agent, "dist", "core", "model-resolver.js");
// Versions with a model runtime let provider objects resolve credentials. The
// objects are older than that, but were not asked.
const byObjects = existsSync(join(agent, "dist", "core", "model-runtime.js"));
const provided = new Map((byObjects ? builtinProviders() : []).map((p) => [p.id, p]));
const logins = byObjects ? [...provided.values()].filter((p) => p.auth.oauth).map((p) => p.id) : getOAuthProviders().map((p) => p.id);
const ids = [...new Set([...Object.keys(MODELS), ...Object.keys(defaultModelPerProvider)])];

const providers = {};
for (const id of ids) {
	const alone = await alternatives((env) => answers(id, undefined, env));
	const withKey = await alternatives((env) => answers(id, { type: "api_key", key: "k" }, env));
	providers[id] = {
		env: alone.map((names) => names.join("+")),
		// What an api_key entry needs beside its key: null if none helps.
		key: withKey.length === 0 ? null : withKey[0].join("+"),
		login: logins.includes(id),
		defaultModel: defaultModelPerProvider[id] ?? "",
	};
}
const models = await available();
const words = { prompt: await promptSizes(), tools: await toolSizes() };
process.stdout.write(JSON.stringify({ version: manifest.version, order: Object.keys(defaultModelPerProvider), providers, models, words }));

function sibling(name) {
	for (let dir = agent; dir !== dirname(dir); dir = dirname(dir)) {
		const path = join(dir, "node_modules", "@earendil-works", name);
		if (existsSync(path)) return path;
	}
	throw new Error(`${name} is not installed beside ${agent}`);
}

// promptSizes measures the instructions that Pi writes by itself: how many
// characters each piece has, around marks that stand for what is not Pi's own.
// Paths of the installation are not counted, but how many there are.
async function promptSizes() {
	const { buildSystemPrompt, buildSystemPromptSections } = await load(agent, "dist", "core", "system-prompt.js");
	const { formatSkillsForPrompt } = await load(agent, "dist", "core", "skills.js");
	const { getDocsPath } = await load(agent, "dist", "config.js");
	const [snippet, rule, cwd] = ["\u0001", "\u0002", "\u0003"];
	const build = (tool, how) =>
		how({ selectedTools: [tool], toolSnippets: { read: snippet }, promptGuidelines: [rule], cwd, contextFiles: [], skills: [] });
	// One text in older versions, in which the headings belong to what is before them.
	const pieces = (tool) => {
		if (!buildSystemPromptSections) {
			const [preamble, afterList = ""] = build(tool, buildSystemPrompt).split(`- read: ${snippet}`);
			const text = afterList || preamble;
			const tools = text.slice(0, text.indexOf("\n- ") + 1);
			const rest = text.slice(tools.length);
			const rules = rest.slice(0, rest.indexOf("\n\n"));
			return { preamble, tools, rules, docs: rest.slice(rules.length + 2, rest.search(/\nCurrent (date|working directory): /)) };
		}
		const inner = (text) => text.slice(text.indexOf("\n") + 1, text.lastIndexOf("\n"));
		const sections = build(tool, buildSystemPromptSections);
		const tools = inner(sections.tools).replace(`- read: ${snippet}`, "");
		return { preamble: sections.preamble, tools, rules: inner(sections.rules), docs: inner(sections.docs) };
	};
	const { preamble, tools, rules, docs } = pieces("read");
	const [shell] = pieces("bash").rules.split(`- ${rule}`);
	const [, general] = rules.split(`- ${rule}\n`);
	const skills = (reader) => formatSkillsForPrompt([{ name: "n", description: "d", filePath: "f" }], reader).trim().split("\n<available_skills>")[0].length;
	const roots = docs.split(dirname(getDocsPath()));
	return {
		preamble: preamble.length,
		tools: tools.length,
		shellRule: shell.trimEnd().length,
		rules: general.split("\n").map((line) => line.length),
		docs: roots.join("").length,
		roots: roots.length - 1,
		skills: skills("read"),
		skillsByShell: skills("bash") === skills("read") ? 0 : skills("bash"),
	};
}

// toolSizes lists the tools with their schemas, in which the length of each
// text stands in its place.
async function toolSizes() {
	const { createAllToolDefinitions } = await load(agent, "dist", "core", "tools", "index.js");
	const measured = (name, value) => (name === "description" && typeof value === "string" ? value.length : value);
	return Object.values(createAllToolDefinitions("/")).map((tool) => ({
		name: tool.name,
		snippet: tool.promptSnippet?.length ?? 0,
		rules: (tool.promptGuidelines ?? []).map((line) => line.trim().length),
		description: tool.description.length,
		parameters: JSON.parse(JSON.stringify(tool.parameters, measured)),
		constrainedSampling: tool.constrainedSampling,
	}));
}

// answers says whether a provider has a credential with these variables, and
// which variables it asked for.
async function answers(id, credential, env) {
	const asked = [];
	const ask = (name) => {
		if (!asked.includes(name)) asked.push(name);
		return env[name];
	};
	const provider = provided.get(id);
	if (provider) {
		const ctx = { env: async (name) => ask(name), fileExists: async () => false };
		const found = await provider.auth.apiKey?.resolve({ ctx, credential, signal: new AbortController().signal });
		return [Boolean(found), asked];
	}
	if (credential) return [true, asked]; // any entry counts
	const real = process.env;
	process.env = new Proxy({}, { get: (_, name) => ask(name), has: () => false });
	try {
		return [Boolean(getEnvApiKey(id)), asked];
	} finally {
		process.env = real;
	}
}

// alternatives finds the sets of variables, each as small as can be, of which
// any one is enough.
async function alternatives(answer) {
	const found = [];
	const grow = async (names) => {
		const env = Object.fromEntries(names.map((name) => [name, "v"]));
		const [enough, asked] = await answer(env);
		if (enough) {
			found.push(names);
			return;
		}
		for (const name of asked) {
			const tried = names.length === 0 || asked.indexOf(name) > asked.indexOf(names.at(-1));
			if (!names.includes(name) && names.length < 3 && tried) await grow([...names, name]);
		}
	};
	await grow([]);
	const within = (a, b) => a !== b && a.every((name) => b.includes(name));
	return found.filter((set) => !found.some((other) => within(other, set)));
}

// available starts the program with a credential for every provider and asks
// for its models.
async function available() {
	const home = mkdtempSync(join(tmpdir(), "pi-facts-"));
	const dir = join(home, "agent");
	mkdirSync(dir, { mode: 0o700 });
	const auth = {};
	for (const id of ids) {
		const needed = (providers[id].key ?? "").split("+").filter(Boolean);
		const env = Object.fromEntries(needed.map((name) => [name, "v"]));
		auth[id] = { type: "api_key", key: "k", env };
		if (providers[id].key === null) auth[id] = { type: "oauth", access: "a", refresh: "r", expires: Date.now() + 1e9 };
	}
	writeFileSync(join(dir, "auth.json"), JSON.stringify(auth), { mode: 0o600 });
	const cli = join(agent, manifest.bin.pi);
	const pi = spawn(process.execPath, [cli, "--mode", "rpc", "--no-session"], {
		cwd: home,
		env: { PATH: process.env.PATH, HOME: home, PI_CODING_AGENT_DIR: dir, PI_OFFLINE: "1" },
		stdio: ["pipe", "pipe", "inherit"],
	});
	try {
		pi.stdin.end('{"type":"get_available_models","id":"models"}\n');
		let text = "";
		for await (const chunk of pi.stdout) text += chunk;
		for (const line of text.split("\n").filter(Boolean)) {
			const answer = JSON.parse(line);
			if (answer.id === "models" && answer.success) return answer.data.models;
		}
		throw new Error(`no list of models from ${cli}`);
	} finally {
		pi.kill();
		rmSync(home, { recursive: true, force: true });
	}
}
