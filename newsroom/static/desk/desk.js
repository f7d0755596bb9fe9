// Every page of the desk: the switcher of publications, labels of table fields, dialogs, copy buttons, preview widths,
// pages that go on by themselves.

// The switcher changes publication as soon as one is chosen.
const switcher = document.querySelector(".switcher");
if (switcher) {
  switcher.classList.add("is-live");
  switcher.querySelector("select").addEventListener("change", () => switcher.requestSubmit());
}

// Fields of a table have no label in Django's admin: their column's heading becomes their accessible name.
for (const row of document.querySelectorAll(".tabular tbody tr")) {
  const headings = [...row.closest("table").querySelectorAll("thead th")].map((cell) => cell.textContent.trim());
  for (const [index, cell] of [...row.cells].entries()) {
    for (const field of cell.querySelectorAll("input:not([type=hidden]), select")) {
      if (field.labels.length || field.hasAttribute("aria-label")) continue;
      field.setAttribute("aria-label", headings[index] || headings[index - 1] || field.name);
    }
  }
}

// On a phone the cells of a list stand one below the other: each says the heading of its column.
for (const row of document.querySelectorAll("#result_list tbody tr")) {
  const headings = [...row.closest("table").querySelectorAll("thead th")].map((cell) =>
    cell.querySelector(".text")?.textContent.trim(),
  );
  for (const [index, cell] of [...row.cells].entries()) {
    if (cell.matches("td") && headings[index] && (cell.textContent.trim() || cell.children.length))
      cell.dataset.label = headings[index];
  }
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();
  const closer = event.target.closest("[data-closes]");
  if (closer) document.getElementById(closer.dataset.closes).close();
});
// A button of a field that proposes a value.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-sets]");
  if (!button) return;
  const field = document.getElementById(button.dataset.sets);
  field.value = button.dataset.value;
  field.focus();
});
// A menu closes when one chooses from it, goes elsewhere or presses Escape.
for (const type of ["click", "keydown"]) {
  document.addEventListener(type, (event) => {
    const menu = document.querySelector("details.more-steps[open]");
    if (!menu || (type === "keydown" && event.key !== "Escape")) return;
    if (type === "click" && event.target.closest("summary")?.parentElement === menu) return;
    menu.open = false;
    if (type === "keydown") menu.querySelector("summary").focus();
  });
}
// A dialog whose content was refused opens again, with what was typed.
for (const dialog of document.querySelectorAll("dialog[data-reopen]")) dialog.showModal();

// A page that did part of what was asked of it asks for the rest.
document.querySelector("form[data-goes-on]")?.requestSubmit();
// So does a section of one, which alone is shown anew: what is being typed beside it stays.
async function goOnWith(section) {
  const button = section?.querySelector("button[data-goes-on]");
  if (!button) return;
  const body = new URLSearchParams(new FormData(button.form));
  body.append(button.name, button.value);
  const response = await fetch(window.location.pathname, { method: "POST", body });
  const next = new DOMParser().parseFromString(await response.text(), "text/html").getElementById(section.id);
  if (!response.ok || !next || !section.isConnected) return;
  section.replaceWith(document.adoptNode(next));
  goOnWith(next);
}
goOnWith(document.getElementById("replay"));

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).value);
  button.textContent = button.dataset.done;
});

// A field of a filter offers names that go on with what is typed.
for (const input of document.querySelectorAll("input[data-suggests]")) {
  input.addEventListener("input", async () => {
    const typed = input.value.trim();
    const response = typed && (await fetch(`${input.dataset.suggests}?q=${encodeURIComponent(typed)}`));
    if (!response?.ok || input.value.trim() !== typed) return;
    input.list.replaceChildren(...(await response.json()).names.map((name) => new Option(name)));
  });
}

// A preview has three widths: one is shown at a time where there is no room for all.
const widths = document.querySelector(".preview-widths");
if (widths) {
  const frames = [...document.querySelectorAll(".preview-frame")];
  const showChosen = () => {
    const chosen = widths.querySelector("input:checked").value;
    for (const frame of frames) frame.hidden = frame.dataset.width !== chosen;
  };
  widths.addEventListener("change", showChosen);
  showChosen();
}
