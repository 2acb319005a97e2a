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
