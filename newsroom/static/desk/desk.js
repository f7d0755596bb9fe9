// Every page of the desk: the switcher changes publication as soon as one is chosen, dialogs open and close.
const switcher = document.querySelector(".switcher");
if (switcher) {
  switcher.classList.add("is-live");
  switcher.querySelector("select").addEventListener("change", () => switcher.requestSubmit());
}
// Fields of a table are named by their columns, which Django leaves to the eye.
for (const row of document.querySelectorAll(".tabular tbody tr")) {
  const names = [...row.closest("table").querySelectorAll("thead th")].map((th) => th.textContent.trim());
  [...row.cells].forEach((cell, n) =>
    cell.querySelectorAll("input:not([type=hidden]), select").forEach((field) => {
      if (!field.labels.length && !field.hasAttribute("aria-label"))
        field.setAttribute("aria-label", names[n] || names[n - 1] || field.name);
    }),
  );
}
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();
  const closer = event.target.closest("[data-closes]");
  if (closer) document.getElementById(closer.dataset.closes).close();
});
// What was refused stands open again, with what was typed.
for (const dialog of document.querySelectorAll("dialog[data-reopen]")) dialog.showModal();
// An address to hand on is copied with one press.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).value);
  button.textContent = button.dataset.done;
});
// Three widths of one page: one at a time where there is no room for all.
const widths = document.querySelector(".preview-widths");
if (widths) {
  const frames = [...document.querySelectorAll(".preview-frame")];
  const show = () => {
    const chosen = widths.querySelector("input:checked").value;
    for (const frame of frames) frame.hidden = frame.dataset.width !== chosen;
  };
  widths.addEventListener("change", show);
  show();
}
