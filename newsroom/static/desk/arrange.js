// A list arranged by dragging; its buttons do the same by keyboard, one step at a time.
for (const list of document.querySelectorAll("[data-arrange]")) {
  let held = null;
  list.addEventListener("dragstart", (event) => { held = event.target.closest("li"); });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("li");
    if (!held || !over || over === held || over.parentElement !== list) return;
    event.preventDefault();
    const after = event.clientY > over.getBoundingClientRect().top + over.offsetHeight / 2;
    over[after ? "after" : "before"](held);
  });
  list.addEventListener("dragend", () => { if (held) list.closest("form").submit(); held = null; });
}
