// The editor's desk: what the server says is put into the frame, and what the editor chooses is kept in the address.

const CHOICES = {
  view: ["email", "text", "web"],
  width: ["360", "600", "1024"],
  look: ["light", "dark"],
  images: ["on", "off"],
};
const INJECTED = "html,body{height:auto!important;min-height:0!important}html{overflow:hidden!important}";
const TEXT_STYLE = `:root{color-scheme:light dark}body{margin:0;padding:28px 24px 40px;background:#fffdf9;color:#211e1b}
pre{margin:0 auto;width:fit-content;max-width:100%;font:13px/1.7 ui-monospace,SFMono-Regular,Menlo,Consolas,"Noto Sans Mono CJK TC",monospace;
white-space:pre-wrap;overflow-wrap:anywhere}@media (prefers-color-scheme:dark){body{background:#1e1b18;color:#f2ece2}}`;

const $ = (id) => document.getElementById(id);
const frame = $("frame");
const chosen = { view: "email", width: innerWidth < 600 ? "360" : "600", look: "light", images: "on", language: "" };
let showing = null;
let fault = [];
let hidden = ""; // the fault that the editor put away, as its signature
let head = "";
const sizes = new ResizeObserver(() => fit());

// --- the address -----------------------------------------------------------------------------------------------------

function readAddress() {
  const query = new URLSearchParams(location.search);
  for (const [name, values] of Object.entries(CHOICES)) {
    if (values.includes(query.get(name))) chosen[name] = query.get(name);
  }
  chosen.language = query.get("language") ?? "";
}

function writeAddress() {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(chosen)) if (value) query.set(name, value);
  history.replaceState(null, "", `?${query}`);
}

function choose(name, value) {
  chosen[name] = value;
  writeAddress();
  press();
  if (name === "view" || name === "language") tell(), show();
  else dress();
}

function press() {
  for (const group of document.querySelectorAll("[data-choice]")) {
    for (const button of group.children) {
      button.setAttribute("aria-pressed", String(button.value === chosen[group.dataset.choice]));
    }
  }
  $("sheet").dataset.width = chosen.width;
  $("sheet").dataset.look = chosen.look;
}

// --- the issue in its frame ------------------------------------------------------------------------------------------

function mail() {
  return showing?.mails.find((each) => each.language === chosen.language) ?? showing?.mails[0];
}

function page() {
  // The frame's own parser: its policy lets inline styles be, the desk's does not.
  const parser = new frame.contentWindow.DOMParser();
  if (chosen.view === "web") return parser.parseFromString(showing.web, "text/html");
  if (chosen.view === "email") return parser.parseFromString(mail()?.html ?? "", "text/html");
  const text = parser.parseFromString("<!doctype html><title>Text part</title>", "text/html");
  const style = text.createElement("style");
  style.textContent = TEXT_STYLE;
  text.head.append(style);
  const pre = text.createElement("pre");
  pre.textContent = mail()?.text ?? "";
  pre.lang = mail()?.language ?? "";
  text.body.append(pre);
  return text;
}

// Before /frame has come, the frame holds an empty page under the desk's own policy.
const framed = () => frame.contentDocument?.URL.endsWith("/frame") && frame.contentDocument.body;

function show() {
  if (!showing || showing.state === "empty" || !framed()) return;
  const inside = frame.contentDocument;
  const next = page();
  const [top, left] = [$("canvas").scrollTop, $("canvas").scrollLeft];
  for (const name of inside.documentElement.getAttributeNames()) inside.documentElement.removeAttribute(name);
  for (const { name, value } of next.documentElement.attributes) inside.documentElement.setAttribute(name, value);
  if (next.head.innerHTML !== head) { // an unchanged head keeps its style sheets, so that nothing flickers
    head = next.head.innerHTML;
    inside.head.replaceWith(inside.adoptNode(next.head));
    const style = inside.createElement("style");
    style.textContent = INJECTED;
    inside.head.append(style);
  }
  inside.body.replaceWith(inside.adoptNode(next.body));
  for (const sheet of inside.querySelectorAll("link[rel=stylesheet]")) sheet.addEventListener("load", dress);
  sizes.disconnect();
  sizes.observe(inside.body);
  dress();
  count();
  $("canvas").scrollTo(left, top);
}

// Light and dark by the issue's own rules: a rule for prefers-color-scheme is made to hold, or not to hold.
const asWritten = new WeakMap();

function dress() {
  const inside = frame.contentDocument;
  if (!framed()) return;
  inside.documentElement.style.colorScheme = chosen.look;
  for (const sheet of inside.styleSheets) {
    let rules = [];
    try { rules = sheet.cssRules; } catch { continue; } // a sheet of another site
    dressRules(rules);
  }
  for (const source of inside.querySelectorAll("source[media]")) {
    source.dataset.media ??= source.media;
    source.media = scheme(source.dataset.media);
  }
  for (const image of inside.querySelectorAll("img")) dressImage(image);
  inside.documentElement.dataset.images = chosen.images;
  fit();
}

function dressRules(rules) {
  for (const rule of rules) {
    if (rule.media) {
      if (!asWritten.has(rule)) asWritten.set(rule, rule.media.mediaText);
      const wanted = scheme(asWritten.get(rule));
      if (rule.media.mediaText !== wanted) rule.media.mediaText = wanted;
    }
    if (rule.cssRules?.length) dressRules(rule.cssRules);
  }
}

function scheme(media) {
  return media.replace(/\(\s*prefers-color-scheme\s*:\s*(\w+)\s*\)/g, (_, wanted) =>
    wanted === chosen.look ? "(min-width: 0px)" : "(max-width: 0px)");
}

// A blocked image keeps its box and shows its words, as in a mail reader that loads none.
function dressImage(image) {
  for (const [name, blocked] of [["srcset", ""], ["src", "data:,"]]) {
    const kept = `data-kept-${name}`;
    if (chosen.images === "off" && image.hasAttribute(name) && !image.hasAttribute(kept)) {
      image.setAttribute(kept, image.getAttribute(name));
      image.setAttribute(name, blocked);
    } else if (chosen.images === "on" && image.hasAttribute(kept)) {
      image.setAttribute(name, image.getAttribute(kept));
      image.removeAttribute(kept);
    }
  }
}

function fit() {
  const inside = frame.contentDocument;
  if (!framed()) return;
  const height = Math.ceil(inside.documentElement.getBoundingClientRect().height);
  if (height) frame.style.height = `${height}px`;
}

function enter() {
  if (!framed()) return;
  head = "";
  const inside = frame.contentDocument;
  inside.addEventListener("click", follow);
  inside.addEventListener("keydown", key);
  show();
}

// A link opens beside the desk, never in the frame; one within the issue scrolls to its place.
function follow(event) {
  const link = event.target.closest?.("a[href]");
  if (!link) return;
  event.preventDefault();
  const href = link.getAttribute("href");
  if (href.startsWith("#")) {
    const place = frame.contentDocument.getElementById(decodeURIComponent(href.slice(1)));
    if (place) {
      const top = frame.getBoundingClientRect().top + place.getBoundingClientRect().top;
      $("canvas").scrollBy({ top: top - $("canvas").getBoundingClientRect().top - 12, behavior: "smooth" });
    }
  } else if (href.startsWith("/") && !href.startsWith("/assets/") && showing.site) { // a page of the public site
    window.open(new URL(href, showing.site), "_blank", "noopener");
  } else if (/^(https?|mailto):/.test(link.href)) {
    window.open(link.href, "_blank", "noopener");
  }
}

// --- what is said around it ------------------------------------------------------------------------------------------

function tell() {
  const empty = !showing || showing.state === "empty";
  $("sheet").hidden = $("size").hidden = empty;
  $("inbox").hidden = empty || chosen.view === "web";
  $("empty").hidden = !empty;
  if (!showing) {
    if (fault.length) {
      $("empty-title").textContent = "No issue yet";
      $("empty-text").textContent = "Mend what is told below, and it appears here.";
    }
    return;
  }
  $("number").textContent = showing.number ? `${showing.title} · ${showing.number}` : showing.title;
  $("label").textContent = [showing.label, showing.state].filter(Boolean).join(" · ");
  document.title = `${showing.number ? `${showing.edition}/${showing.number}` : showing.edition} · digest preview`;
  $("notice").textContent = showing.notice;
  $("notice").hidden = empty || !showing.notice;
  if (empty) {
    $("empty-title").textContent = "Nothing new yet";
    $("empty-text").textContent = showing.notice;
    for (const id of ["links", "pictures", "part"]) $(id).textContent = "";
    return;
  }
  $("from").textContent = showing.sender || showing.title;
  $("face").textContent = [...(showing.sender || showing.title).replace(/^["“「『\s]+/, "")][0] ?? "";
  $("when").textContent = showing.date;
  $("subject").textContent = showing.subject;
  $("preheader").textContent = showing.preheader ? `— ${showing.preheader}` : "";
  $("inbox").lang = showing.language;
  offerLanguages();
}

function offerLanguages() {
  const group = $("languages");
  const wanted = showing.mails.map((each) => each.language);
  group.hidden = wanted.length < 2;
  if ([...group.children].map((each) => each.value).join() === wanted.join()) return;
  group.replaceChildren(...wanted.map((language) => {
    const button = Object.assign(document.createElement("button"), { type: "button", value: language });
    button.textContent = language;
    return button;
  }));
  if (!wanted.includes(chosen.language)) chosen.language = wanted[0];
  press();
}

function count() {
  const one = mail();
  if (!one) return;
  const [warn, most] = showing.limits;
  Object.assign($("meter"), { max: most * 1.1, low: warn, high: most, optimum: 0, value: one.size });
  $("bytes").textContent = kilobytes(one.size);
  $("limit").textContent = kilobytes(most);
  const inside = new frame.contentWindow.DOMParser().parseFromString(one.html, "text/html");
  $("links").textContent = counted(inside.querySelectorAll("a[href]").length, "link");
  $("pictures").textContent = counted(inside.querySelectorAll("img").length, "image");
  $("part").textContent = `Text part ${kilobytes(new Blob([one.text]).size)}`;
}

const kilobytes = (size) => `${size < 10_000 ? (size / 1000).toFixed(1) : Math.round(size / 1000)} kB`;
const counted = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;

function state() {
  const pill = $("pill");
  const warnings = showing?.warnings.length ?? 0;
  const [tone, said] = fault.length ? ["err", counted(fault.length, "error")]
    : !showing ? ["wait", "building"]
    : warnings ? ["warn", counted(warnings, "warning")]
    : showing.state === "empty" ? ["wait", "nothing new"]
    : ["ok", showing.state === "sealed" ? "sealed" : "ready"];
  pill.dataset.tone = tone;
  pill.textContent = said;
  pill.disabled = tone === "ok" || tone === "wait";
  if (!warnings) openFindings(false);
}

function pulse(milliseconds) {
  $("live").dataset.live = "yes";
  $("pulse").textContent = `live · ${milliseconds} ms`;
  $("live").classList.remove("beat");
  void $("live").offsetWidth; // begins the animation anew
  $("live").classList.add("beat");
}

// --- problems --------------------------------------------------------------------------------------------------------

function make(tag, classes, ...children) {
  const element = document.createElement(tag);
  if (classes) element.className = classes;
  element.append(...children);
  return element;
}

function item(problem) {
  const parts = [make("p", "sentence", problem.sentence)];
  if (problem.place) parts.push(make("p", "place", make("b", "", problem.place), problem.rule && ` · ${problem.rule}`));
  if (problem.frame.length) parts.push(codeFrame(problem));
  if (problem.hint) parts.push(make("p", "hint", problem.hint));
  return make("li", "", ...parts);
}

function codeFrame(problem) {
  return make("div", "frame", ...problem.frame.map(([number, text]) => {
    const hit = number === problem.line;
    return make("div", hit ? "hit" : "", make("i", "", String(number)), ...(hit ? marked(text, problem.column) : [text]));
  }));
}

// The character itself is marked; a caret under it would miss, since Chinese and Latin differ in width.
function marked(text, column) {
  const letters = [...text];
  const at = Math.min(Math.max(column - 1, 0), letters.length);
  const span = make("span", "", letters.slice(0, at).join(""));
  span.append(make("mark", "", letters[at] ?? " "), letters.slice(at + 1).join(""));
  return [span];
}

const signature = () => JSON.stringify(fault);

function showFault() {
  const open = fault.length > 0 && hidden !== signature();
  $("fault").hidden = !open;
  if (!fault.length) hidden = "";
  if (!open) return;
  $("fault-title").textContent = fault.length === 1 ? "This stands in the way" : `${fault.length} errors stand in the way`;
  $("fault-list").replaceChildren(...fault.map(item));
  $("fault").querySelector(".hint-key").hidden = !showing || showing.state === "empty";
}

function hideFault() {
  hidden = signature();
  showFault();
}

function openFindings(open) {
  if (open) {
    $("findings-title").textContent = counted(showing.warnings.length, "warning");
    $("findings-list").replaceChildren(...showing.warnings.map(item));
  }
  $("findings").hidden = !open;
  $("pill").setAttribute("aria-expanded", String(open));
}

$("fault-close").addEventListener("click", hideFault);
$("findings-close").addEventListener("click", () => openFindings(false));
$("pill").addEventListener("click", () => {
  if (fault.length) {
    hidden = $("fault").hidden ? "" : signature();
    showFault();
  } else if (showing?.warnings.length) openFindings($("findings").hidden);
});

// --- keys and buttons ------------------------------------------------------------------------------------------------

const KEYS = {
  1: () => choose("width", "360"),
  2: () => choose("width", "600"),
  3: () => choose("width", "1024"),
  d: () => choose("look", chosen.look === "dark" ? "light" : "dark"),
  i: () => choose("images", chosen.images === "on" ? "off" : "on"),
  t: () => choose("view", chosen.view === "text" ? "email" : "text"),
  Escape: () => (!$("findings").hidden ? openFindings(false) : fault.length && hideFault()),
};

function key(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (act) {
    event.preventDefault();
    act();
  }
}

document.addEventListener("keydown", key);
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-choice] button");
  if (button) choose(button.parentElement.dataset.choice, button.value);
});

// --- the stream ------------------------------------------------------------------------------------------------------

readAddress();
press();
frame.addEventListener("load", enter);
if (frame.contentDocument?.readyState === "complete") enter();
const stream = new EventSource("/events");
stream.addEventListener("showing", (event) => {
  showing = JSON.parse(event.data);
  tell();
  show();
  if (!$("findings").hidden) openFindings(showing.warnings.length > 0);
});
stream.addEventListener("fault", (event) => {
  const { problems, milliseconds } = JSON.parse(event.data);
  fault = problems;
  tell();
  showFault();
  state();
  pulse(milliseconds);
});
stream.addEventListener("error", () => {
  $("live").dataset.live = "no";
  $("pulse").textContent = "waiting for digest preview";
});
