// Small things every page has: lists that act when chosen, the link of a finding that focuses its field.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

// A field in a closed part of the page is opened before it is focused.
export function focusField(id) {
  const field = document.getElementById(id);
  if (!field) return;
  for (let part = field.parentElement; part; part = part.parentElement) {
    if (part.tagName === "DETAILS") part.open = true;
  }
  field.focus();
  field.scrollIntoView({ block: "center", inline: "center" });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-focus]");
  if (link && document.getElementById(link.dataset.focus)) {
    event.preventDefault();
    focusField(link.dataset.focus);
  }
  for (const open of document.querySelectorAll("details.me[open], details.pop[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelectorAll("details.me[open], details.pop[open]").forEach((open) => (open.open = false));
  if (event.key === "/" && !event.target.matches("input, textarea, select")) {
    const search = document.getElementById("q-all");
    if (search) {
      event.preventDefault();
      search.focus();
    }
  }
});

// Passwords can be looked at while they are typed, and a new one says how strong it is.
for (const field of document.querySelectorAll("input[data-show]")) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "small", textContent: field.dataset.show });
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    button.textContent = shown ? field.dataset.hide : field.dataset.show;
    button.setAttribute("aria-pressed", String(shown));
  });
  field.after(button);
  field.form?.addEventListener("submit", () => (field.type = "password"));
}

for (const field of document.querySelectorAll("input[data-strength]")) {
  const meter = document.getElementById(field.dataset.strength);
  let asked = 0;
  field.addEventListener("input", () => {
    clearTimeout(asked);
    asked = setTimeout(async () => {
      const headers = { "content-type": "application/json", "x-csrf-token": document.querySelector("meta[name=csrf]").content };
      const answer = await fetch("/password/strength", { method: "POST", headers, body: JSON.stringify({ password: field.value }) });
      if (!answer.ok) return;
      meter.value = (await answer.json()).score;
      meter.hidden = field.value === "";
    }, 300);
  });
}
