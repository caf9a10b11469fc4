// Elements, texts and numbers. Nothing in this report ever parses HTML: data
// reaches the page as text nodes and as attributes from a short list.

const SAFE_ATTRIBUTES = /^(?:class|id|title|href|type|role|tabindex|for|name|value|placeholder|colspan|rowspan|scope|open|hidden|checked|selected|disabled|autocomplete|spellcheck|aria-[a-z]+|data-[a-z]+)$/;

/** h makes an element: h("a.link", {href: "#x", onclick: f}, "text", child). */
function h(tag, ...rest) {
  const [name, ...classes] = tag.split(".");
  const el = document.createElement(name);
  if (classes.length) el.className = classes.join(" ");
  const first = rest[0];
  if (first && typeof first === "object" && !(first instanceof Node) && !Array.isArray(first)) {
    rest.shift();
    for (const [key, value] of Object.entries(first)) attribute(el, key, value);
  }
  add(el, rest);
  return el;
}

function attribute(el, key, value) {
  if (value === undefined || value === null || value === false) return;
  if (key.startsWith("on") && typeof value === "function") {
    el.addEventListener(key.slice(2), value);
  } else if (!SAFE_ATTRIBUTES.test(key)) {
    throw new Error(`attribute ${key} is not on the list`);
  } else if (key === "href" && !String(value).startsWith("#")) {
    throw new Error("a report links to nothing but itself");
  } else {
    el.setAttribute(key, value === true ? "" : String(value));
  }
}

function add(el, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    el.append(child instanceof Node ? child : String(child));
  }
}

/** fill replaces everything in an element. */
function fill(el, ...children) {
  el.replaceChildren();
  add(el, children);
  return el;
}

const byId = (id) => document.getElementById(id);
const number = (n) => n.toLocaleString("en-US");
const plural = (n, noun) => `${number(n)} ${noun}${n === 1 ? "" : "s"}`;

/** duration writes milliseconds for people. */
function duration(ms) {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60000)} min ${Math.round((ms % 60000) / 1000)} s`;
}

function bytes(n) {
  if (n < 1024) return `${n} B`;
  if (n < 1 << 20) return `${(n / 1024).toFixed(1)} KiB`;
  return `${(n / (1 << 20)).toFixed(1)} MiB`;
}

/** pretty indents JSON and leaves every other text as it is. */
function pretty(text) {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** code shows a text as it is, with sealed secrets marked. */
function code(text, label) {
  const el = h("pre.code", { tabindex: 0, role: "region", "aria-label": label || "text" });
  add(el, marked(String(text)));
  return el;
}

/** marked cuts a text into strings and highlighted «labels» of secrets. */
function marked(text) {
  return text.split(/(«[^»]*»)/).map((part) => (part.startsWith("«") ? h("mark", part) : part));
}

/** copyButton copies a text and says so. */
function copyButton(text, label = "Copy") {
  const button = h("button.small", { type: "button", title: "Copy to the clipboard" }, label);
  button.addEventListener("click", async () => {
    const ok = await copy(text);
    button.textContent = ok ? "Copied" : "Select and copy by hand";
    say(ok ? "Copied" : "The browser refused to copy");
    setTimeout(() => (button.textContent = label), 1500);
  });
  return button;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // A page from disk may have no clipboard; an old way is left.
    const area = h("textarea.offscreen");
    area.value = text;
    document.body.append(area);
    area.select();
    const ok = document.execCommand("copy");
    area.remove();
    return ok;
  }
}

/** say tells people who hear the page rather than see it. */
function say(text) {
  byId("live").textContent = text;
}
