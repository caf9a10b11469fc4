// The evidence of a cell, section by section. A section without anything to
// show is left out.

function evidenceSections(result, ev) {
  return [
    ["failure", "What broke", ev.failure && failureSection(ev.failure)],
    ["secrets", "Where secrets went", secretsSection(result, ev)],
    ["files", "Agent folder of Pi", (ev.processes ?? []).length > 0 && ev.processes.map((p) => folderSection(p, ev))],
    ["env", "Environment of Pi", (ev.processes ?? []).length > 0 && ev.processes.map(processSection)],
    ["traffic", "Requests", trafficSection(ev)],
    ["rpc", "RPC of Pi", (ev.processes ?? []).some((p) => p.stdin || p.stdout) && ev.processes.map(rpcSection)],
    ["subject", "The subject", subjectSection(ev)],
    ["disk", "Left on disk", diskSection(ev)],
    ["log", "Log of the subject", ev.log?.length > 0 && code(ev.log.join("\n"), "log of the subject")],
    ["phases", "Where the time went", ev.phases?.length > 0 && phasesSection(ev.phases)],
  ];
}

function failureSection(f) {
  return [h("p", h("strong", f.part), `: ${f.cause}`), f.tail?.length > 0 && code(f.tail.join("\n"), "end of its log")];
}

function secretsSection(result, ev) {
  const secrets = [...(ev.secrets ?? [])];
  for (const s of ev.sightings ?? []) {
    if (!secrets.some((known) => known.label === s.label)) secrets.push({ label: s.label, role: "unknown", name: "" });
  }
  if (!secrets.length) return null;
  const violations = (result.findings ?? []).filter((f) => f.judgement === "violated");
  return [h("p.quiet", "✗ is a place that a finding objects to, · one that no finding objects to."), table("Where secrets went", [["secret", ""], ["role", ""], ["for", ""], ["seen in", "wide"]], secrets.map((secret) => {
    const places = (ev.sightings ?? []).filter((s) => s.label === secret.label);
    return h("tr", h("th", { scope: "row" }, h("mark", `«${secret.label}»`)), h("td", secret.role), h("td", secret.kind || "–"),
      h("td.wide", places.length ? h("ul.places", places.map((s) => place(s, violations))) : h("span.quiet", "nowhere")));
  }))];
}

/** place names a sighting and the findings about it. What nobody objects to is
 *  marked with a dot and not with a tick: no check may have looked. */
function place(s, violations) {
  const speaks = (...words) => violations.filter((f) => (f.mismatches ?? []).some((m) => words.every((w) => m.includes(w))));
  const against = speaks(s.label, s.place);
  const about = speaks(s.label).filter((f) => !against.includes(f));
  const chips = (findings) => findings.map((f) => h("span.chip.bad", { title: statementOf(f.clause) }, f.clause));
  return h(against.length ? "li.bad" : "li", against.length ? "✗ " : "· ", h("code", s.place), s.form && h("span.quiet", ` (${s.form})`),
    against.length > 0 && [" violates ", chips(against)],
    about.length > 0 && [h("span.quiet", " this secret is named by "), chips(about)]);
}

function processSection(p) {
  const facts = [
    ["version", `${p.version} (${p.player})`], ["arguments", p.argv?.join(" ")], ["folder", p.cwd],
    ["agent folder", `${p.agent_dir}${p.agent_dir_set ? "" : " (not set)"}, mode ${p.agent_dir_mode || "none"}`],
    ["ended", p.exit ? `${p.exit.reason}, code ${p.exit.code}${p.exit.signal ? `, ${p.exit.signal}` : ""}` : "killed"],
  ];
  return [
    h("dl.facts", facts.filter(([, v]) => v).map(([k, v]) => h("div", h("dt", k), h("dd", h("code", v))))),
    table("Environment of Pi", [["variable", ""], ["value", "wide"], ["bytes", "num"]], (p.env ?? []).map((v) =>
      h("tr", h("th", { scope: "row" }, v.name), h("td.wide", v.value ? h("code", marked(v.value)) : h("span.quiet", "not kept")), h("td.num", number(v.size))))),
    p.notes?.length > 0 && [h("h3", "What Pi found wrong and did not say"), code(p.notes.join("\n"), "notes")],
  ];
}

function subjectSection(ev) {
  const input = ev.input ?? {};
  const parts = [
    ["asked", input.turn ?? input.direct], ["records in the vault", input.records], ["policy", input.policy],
    ["provider variables of the runner", input.ambient?.join("\n")], ["start-up banner", input.banner], ["told to the caller", ev.outcome],
    ["reply of the runner", ev.direct], ["health", ev.health], ["catalogue", ev.catalog], ["picker", ev.picker],
    ["maps of variables", ev.envmap], ["probes", ev.probes], ["description", ev.subject],
  ];
  const shown = parts.filter(([, v]) => v !== undefined && v !== null && v !== "" && !(Array.isArray(v) && !v.length));
  return shown.map(([name, v], k) => {
    const text = typeof v === "string" ? pretty(v) : JSON.stringify(v, null, 2);
    return h("details", { open: name === "told to the caller" || (k === 0 && text.length < 2000) }, h("summary", name), code(text, name));
  });
}

function diskSection(ev) {
  const parts = [["while the provider was called", ev.during], ["after the turn", ev.left], ["operator's folder before", ev.operator?.before], ["operator's folder after", ev.operator?.after]];
  const shown = parts.filter(([, entries]) => entries?.length);
  return shown.length > 0 && shown.map(([name, entries]) => h("details", h("summary", `${name} (${plural(entries.length, "entry").replace("entrys", "entries")})`),
    table(name, [["path", "wide"], ["mode", ""], ["bytes", "num"], ["SHA-256", ""]], entries.map((f) =>
      h("tr", h("th", { scope: "row" }, h("code", f.path + (f.dir ? "/" : ""))), h("td", f.mode), h("td.num", number(f.size)), h("td", h("code", f.sum ?? "")))))));
}

function phasesSection(phases) {
  const total = phases.reduce((sum, p) => sum + p.ms, 0) || 1;
  const strip = h("div.phases", { role: "img", "aria-label": phases.map((p) => `${p.name} ${duration(p.ms)}`).join(", ") });
  phases.forEach((p, k) => {
    const part = h(`span.phase-${k % 6}`, { title: `${p.name} ${duration(p.ms)}` }, p.ms / total > 0.08 ? p.name : "");
    part.style.flexGrow = p.ms / total;
    strip.append(part);
  });
  return [strip, h("ul.legend", phases.map((p) => h("li", `${p.name} ${duration(p.ms)}`)))];
}
