// The agent folder: what Pi found there, and for the three files that matter
// what the operator has, with the difference.

const COMPARED = ["auth.json", "models.json", "settings.json"];

function folderSection(p, ev) {
  const before = new Map((ev.operator?.before ?? []).map((f) => [f.path, f]));
  const files = [...(p.files ?? [])];
  // A file that only the operator has is worth a line: it did not travel.
  for (const path of COMPARED) {
    if (before.has(path) && !files.some((f) => f.path === path)) files.push({ ...before.get(path), absent: true });
  }
  if (!files.length) return h("p.quiet", `The folder ${p.agent_dir} held nothing.`);
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  const pane = h("div.pane");
  const tree = h("div.tree", { role: "group", "aria-label": "Files of the agent folder" });
  const open = (f, button) => {
    for (const other of tree.children) other.setAttribute("aria-pressed", String(other === button));
    fill(pane, fileView(f, before.get(f.path)));
  };
  for (const f of files) {
    const depth = f.path.split("/").length - 1;
    const button = h("button.file", { type: "button", "aria-pressed": "false", onclick: () => open(f, button) },
      h("span.path", f.path.split("/").at(-1) + (f.dir ? "/" : "")), h("span.mode", f.absent ? "operator only" : f.mode));
    button.style.paddingLeft = `${0.6 + depth}rem`;
    tree.append(button);
    if (!pane.hasChildNodes() && COMPARED.includes(f.path)) open(f, button);
  }
  return h("div.folder", tree, pane);
}

function fileView(f, own) {
  if (f.dir) return h("p.quiet", `A folder, mode ${f.mode}.`);
  const head = h("p.file-head", h("strong", f.path), h("span.quiet", f.absent ? " only in the operator's own folder" : ` mode ${f.mode}, ${bytes(f.size)}${f.cut ? ", cut" : ""}`));
  if (!COMPARED.includes(f.path)) return [head, f.content ? code(f.content, f.path) : h("p.quiet", "The content was not kept.")];
  const [mine, theirs] = [own?.content ? pretty(own.content) : "", f.absent ? "" : pretty(f.content ?? "")];
  return [
    head,
    own && h("h3", "From the operator's file to what Pi saw"),
    own ? diffView(mine, theirs, "the operator's file", f.absent ? "Pi (nothing)" : "what Pi saw") : h("p.quiet", "The operator has no such file."),
    !f.absent && [h("h3", "What Pi saw"), code(theirs, f.path)],
  ];
}
