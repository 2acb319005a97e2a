// The editor as a spreadsheet: arrow keys, paste of a block, fill down, undo and redo; findings while typing; autosave.
// Everything here is also there without script: the form's own buttons and its full page.
const form = document.getElementById("editor");
const state = document.getElementById("state");
const keep = `sheber-draft-${form.dataset.id}-${form.dataset.who}`;
const undone = [];
const done = [];
let dirty = false;
let last = snapshot();
let checking = 0;
let saving = 0;

function fields() {
  return [...form.elements].filter((field) => field.name && field.name.startsWith("/"));
}

function snapshot() {
  return fields().filter((field) => field.type !== "checkbox" || field.checked).map((field) => [field.name, field.value]);
}

function body(action) {
  const data = new URLSearchParams(new FormData(form));
  data.set("action", action);
  return data;
}

// A redirect leads to the sign-in page: what was sent was not taken.
async function post(path, data) {
  const answer = await fetch(path, { method: "POST", body: data, headers: { accept: "text/html, application/json" } });
  if (answer.redirected) throw new Error("signed out");
  return answer;
}

// ---- findings while typing

async function check() {
  const mine = ++checking;
  let answer;
  try {
    answer = await post(`/programmes/${form.dataset.id}/check`, body("show"));
  } catch {
    return;
  }
  if (!answer.ok || mine !== checking) return;
  const opened = [...document.querySelectorAll("#panel details[open]")].map((part) => part.closest("[data-field]")?.dataset.field);
  document.getElementById("aside").innerHTML = await answer.text();
  mark();
  for (const card of document.querySelectorAll("#panel [data-field]")) {
    if (opened.includes(card.dataset.field)) card.querySelector("details")?.setAttribute("open", "");
  }
}

function mark() {
  for (const field of form.querySelectorAll(".violation, .warning, .advice")) {
    if (!field.matches("input, select, textarea")) continue;
    field.classList.remove("violation", "warning", "advice");
    field.removeAttribute("aria-invalid");
    field.removeAttribute("title");
  }
  for (const card of [...document.querySelectorAll("#panel [data-field]")].reverse()) {
    const field = document.getElementById(card.dataset.field);
    if (!field || !field.matches("input, select, textarea")) continue;
    field.classList.remove("violation", "warning", "advice");
    field.classList.add(card.classList.contains("violation") ? "violation" : card.classList.contains("warning") ? "warning" : "advice");
    field.setAttribute("aria-invalid", "true");
    field.title = card.querySelector(".what a").textContent.trim();
  }
}

// ---- keeping what was typed

// What this browser holds until the server has it.
function hold() {
  localStorage.setItem(keep, JSON.stringify({ base: form.elements.base.value, fields: snapshot() }));
}

// Every form of the page starts from the version that now stands.
function rebase(version) {
  for (const field of document.querySelectorAll("input[name=base]")) field.value = version;
}

let flying = null;

// One at a time: a second one waits for the first, and saves only what came since.
function autosave() {
  clearTimeout(saving);
  flying ??= send().finally(() => (flying = null));
  return flying;
}

async function send() {
  if (!dirty) return;
  const sent = JSON.stringify(snapshot());
  try {
    const answer = await post(`/programmes/${form.dataset.id}/autosave`, body("save"));
    if (!answer.ok) throw new Error(answer.status);
    const said = await answer.json();
    state.textContent = said.text;
    if (said.status === "conflict") {
      const link = document.createElement("a");
      link.href = said.link;
      link.textContent = " →";
      state.append(link);
      return;
    }
    rebase(said.base);
    if (JSON.stringify(snapshot()) === sent) {
      dirty = false;
      localStorage.removeItem(keep);
    } else {
      hold();
      saving = setTimeout(autosave, 4000);
    }
  } catch {
    state.textContent = form.dataset.offline;
    saving = setTimeout(autosave, 15000);
  }
}

let pending = 0;
function changed() {
  dirty = true;
  hold();
  clearTimeout(pending);
  pending = setTimeout(check, 350);
  clearTimeout(saving);
  saving = setTimeout(autosave, 4000);
}

// One step of the history: what stood before.
function step() {
  const now = snapshot();
  if (JSON.stringify(now) === JSON.stringify(last)) return;
  done.push(last);
  if (done.length > 200) done.shift();
  undone.length = 0;
  last = now;
  buttons();
  changed();
}

function buttons() {
  form.querySelector("[data-do=undo]").disabled = done.length === 0;
  form.querySelector("[data-do=redo]").disabled = undone.length === 0;
}

async function show(entries) {
  const names = JSON.stringify(fields().filter((f) => f.type !== "checkbox").map((f) => f.name).sort());
  const boxes = new Set(fields().filter((f) => f.type === "checkbox").map((f) => f.name));
  const wanted = JSON.stringify(entries.map(([name]) => name).filter((name) => !boxes.has(name)).sort());
  if (names === wanted) {
    const values = new Map(entries);
    for (const field of fields()) {
      if (field.type === "checkbox") field.checked = values.has(field.name);
      else if (field.value !== values.get(field.name)) field.value = values.get(field.name);
    }
  } else {
    const data = new URLSearchParams([["csrf", form.elements.csrf.value], ["base", form.elements.base.value], ["action", "show"], ["note", form.elements.note.value], ...entries]);
    if (!(await swap(data))) return;
  }
  last = snapshot();
  buttons();
  changed();
}

function undo() {
  if (!done.length) return;
  undone.push(snapshot());
  show(done.pop());
}

function redo() {
  if (!undone.length) return;
  done.push(snapshot());
  show(undone.pop());
}

// ---- rows: the server does what the button asks for, the page takes the table over

async function swap(data) {
  const where = document.querySelector(".scroll.tall");
  const at = where ? [where.scrollLeft, where.scrollTop] : [0, 0];
  const old = form.querySelector(".split");
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  // What would be typed meanwhile would be lost with the rows that are replaced.
  old.inert = true;
  try {
    const answer = await post(form.getAttribute("action"), data);
    const split = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".split");
    if (!split) throw new Error("no table");
    old.replaceWith(split);
    // Who works with keys stays where they were.
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    const now = document.querySelector(".scroll.tall");
    if (now) [now.scrollLeft, now.scrollTop] = at;
    return true;
  } catch {
    old.inert = false;
    state.textContent = form.dataset.offline;
    return false;
  }
}

form.addEventListener("submit", async (event) => {
  const action = event.submitter?.name === "action" ? event.submitter.value : "save";
  if (action === "save") {
    clearTimeout(saving);
    if (flying) {
      // The version that is being saved right now is the one to save over.
      event.preventDefault();
      await flying;
      form.requestSubmit(event.submitter);
      return;
    }
    // The browser's copy stays until the server says that it has everything.
    dirty = false;
    return;
  }
  event.preventDefault();
  const before = snapshot();
  const count = fields().length;
  if (!(await swap(body(action)))) return;
  done.push(before);
  undone.length = 0;
  last = snapshot();
  buttons();
  changed();
  if (action.startsWith("add-") && fields().length > count) {
    const known = new Set(before.map(([name]) => name));
    fields().find((field) => !known.has(field.name))?.focus();
  }
});

// ---- the spreadsheet's keys

function grid() {
  return [...form.querySelectorAll(".curriculum tr")]
    .map((row) => [...row.querySelectorAll("td > input:not([type=hidden]), td > textarea, td > select")])
    .filter((row) => row.length > 0);
}

function place(field) {
  const rows = grid();
  const y = rows.findIndex((row) => row.includes(field));
  return y < 0 ? null : { rows, y, x: rows[y].indexOf(field) };
}

function go(at, dx, dy) {
  let { rows, y, x } = at;
  for (;;) {
    y += dy;
    x += dx;
    if (!rows[y]) return false;
    const next = rows[y][x];
    if (next) {
      next.focus();
      next.select?.();
      return true;
    }
    if (dx) return false;
  }
}

form.addEventListener("keydown", (event) => {
  const field = event.target;
  const control = event.ctrlKey || event.metaKey;
  if (control && event.key.toLowerCase() === "z" && !event.shiftKey) {
    event.preventDefault();
    step();
    undo();
    return;
  }
  if (control && (event.key.toLowerCase() === "y" || (event.shiftKey && event.key.toLowerCase() === "z"))) {
    event.preventDefault();
    redo();
    return;
  }
  if (control && event.key.toLowerCase() === "s") {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button[value=save]"));
    return;
  }
  const at = place(field);
  if (!at) return;
  if (control && event.key.toLowerCase() === "d") {
    event.preventDefault();
    fill(field);
    return;
  }
  if (event.key === "Enter" && field.tagName !== "TEXTAREA") {
    event.preventDefault();
    go(at, 0, event.shiftKey ? -1 : 1);
  } else if (event.key === "ArrowDown" && field.tagName === "INPUT") {
    if (go(at, 0, 1)) event.preventDefault();
  } else if (event.key === "ArrowUp" && field.tagName === "INPUT") {
    if (go(at, 0, -1)) event.preventDefault();
  } else if (event.key === "ArrowRight" && field.tagName === "INPUT" && field.selectionEnd === field.value.length) {
    if (go(at, 1, 0)) event.preventDefault();
  } else if (event.key === "ArrowLeft" && field.tagName === "INPUT" && field.selectionStart === 0) {
    if (go(at, -1, 0)) event.preventDefault();
  }
});

// Takes the value of the row above.
function fill(field) {
  const at = place(field);
  if (!at) return;
  for (let y = at.y - 1; y >= 0; y--) {
    const above = at.rows[y][at.x];
    if (above && above.closest("tbody") === field.closest("tbody") && !above.closest(".module")) {
      if (!field.readOnly) field.value = above.value;
      step();
      return;
    }
  }
}

// A block from Excel: rows by line, cells by tab; a cell with a line break or a quotation mark in it stands in quotation marks.
function block(text) {
  const rows = [[""]];
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const letter = text[i];
    const row = rows[rows.length - 1];
    if (quoted) {
      if (letter === '"' && text[i + 1] === '"') i++;
      else if (letter === '"') {
        quoted = false;
        continue;
      }
      row[row.length - 1] += letter;
    } else if (letter === '"' && row[row.length - 1] === "" && text.indexOf('"', i + 1) > 0) quoted = true;
    else if (letter === "\t") row.push("");
    else if (letter === "\n") rows.push([""]);
    else row[row.length - 1] += letter;
  }
  return rows;
}

// The rows of one module: what is pasted never runs over into the next.
function within(field) {
  const start = field.name.match(/^\/modules\/\d+\/units\//)?.[0];
  const rows = grid();
  return start ? rows.filter((row) => row.some((one) => one.name.startsWith(start))) : rows.filter((row) => !row[0]?.closest(".module"));
}

form.addEventListener("paste", async (event) => {
  const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
  const field = event.target;
  const at = place(field);
  if (!at || (!text.includes("\t") && !text.includes("\n"))) return;
  event.preventDefault();
  const lines = block(text);
  const module = field.name.match(/^\/modules\/(\d+)\/units\//)?.[1];
  const before = snapshot();
  const y = within(field).findIndex((row) => row.includes(field));
  const name = field.name;
  // Rows that are missing are added.
  for (let more = y + lines.length - within(field).length; module && more > 0; more--) {
    if (!(await swap(body(`add-unit:${module}`)))) break;
  }
  const rows = within(form.elements[name] ?? field).slice(y);
  let lost = 0;
  lines.forEach((line, dy) => {
    line.forEach((value, dx) => {
      const to = rows[dy]?.[at.x + dx];
      const isList = to?.tagName === "TEXTAREA" && to.rows > 1;
      const plain = isList ? value.trim() : value.replace(/\s+/g, " ").trim();
      if (to && !to.readOnly) to.value = plain;
      else if (plain && to?.value !== plain) lost++;
    });
  });
  form.elements[name]?.focus();
  const said = document.getElementById("pasted");
  said.hidden = lost === 0;
  said.textContent = lost ? `${said.dataset.lost}: ${lost}` : "";
  if (JSON.stringify(before) !== JSON.stringify(snapshot())) {
    last = before;
    step();
  }
});

let active = null;
form.addEventListener("focusin", (event) => {
  if (event.target.closest(".curriculum")) active = event.target;
});
form.addEventListener("change", (event) => {
  if (event.target.list) choose(event.target);
  step();
});

// A code chosen from the reference lists brings its names along, where nothing was written yet.
function choose(field) {
  const option = [...field.list.options].find((known) => known.value === field.value);
  if (!option || !field.name.endsWith("/code")) return;
  const put = (name, value) => {
    const other = form.elements[field.name.replace(/code$/, name)];
    if (other && value && !other.value) other.value = value;
  };
  put("name/kk", option.dataset.kk);
  put("name/ru", option.dataset.ru);
  put("approved", option.dataset.day);
  const state = form.elements[field.name.replace(/code$/, "state")];
  if (state && option.dataset.state) state.value = option.dataset.state;
}
form.addEventListener("input", (event) => {
  if (event.target.name?.startsWith("/")) changed();
});
form.addEventListener("click", (event) => {
  const what = event.target.closest("[data-do]")?.dataset.do;
  if (what === "undo") undo();
  if (what === "redo") redo();
  if (what === "fill" && active) fill(active);
  const named = event.target.closest("[data-function]")?.dataset.function;
  if (named && active?.name.endsWith("/labour_functions") && !active.value.split("\n").includes(named)) {
    active.value = active.value ? `${active.value}\n${named}` : named;
    step();
  }
});

addEventListener("beforeunload", (event) => {
  if (dirty) {
    event.preventDefault();
    event.returnValue = form.dataset.leave;
  }
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") autosave();
});

// What this browser still holds from a connection that failed. Where the programme has moved on meanwhile, it becomes the
// person's draft on the server, which is then shown with the way to compare.
async function restore() {
  if (location.search === "?saved") localStorage.removeItem(keep);
  const held = JSON.parse(localStorage.getItem(keep) ?? "null");
  if (!held || JSON.stringify(held.fields) === JSON.stringify(last)) {
    localStorage.removeItem(keep);
  } else if (held.base === form.elements.base.value) {
    done.push(last);
    await show(held.fields);
  } else {
    const data = new URLSearchParams([["csrf", form.elements.csrf.value], ["base", held.base], ["action", "save"], ...held.fields]);
    const answer = await post(`/programmes/${form.dataset.id}/autosave`, data);
    if (answer.ok) {
      localStorage.removeItem(keep);
      location.reload();
    }
  }
}

restore().catch(() => {});
