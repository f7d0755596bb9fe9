// A list arranged by dragging; its buttons do the same by keyboard, one step at a time.
for (const list of document.querySelectorAll("[data-arrange]")) {
  let held = null;
  let before = [];
  list.addEventListener("dragstart", (event) => {
    held = event.target.closest("li");
    before = [...list.children];
  });
  list.addEventListener("dragover", (event) => {
    if (!held) return;
    event.preventDefault(); // here it may be dropped
    const over = event.target.closest("li");
    if (!over || over === held || over.parentElement !== list) return;
    const after = event.clientY > over.getBoundingClientRect().top + over.offsetHeight / 2;
    over[after ? "after" : "before"](held);
  });
  list.addEventListener("drop", (event) => event.preventDefault());
  list.addEventListener("dragend", (event) => {
    const moved = held;
    held = null;
    if (event.dataTransfer.dropEffect === "none")
      list.replaceChildren(...before); // given up, or dropped elsewhere
    else if (before.some((row, at) => row !== list.children[at])) {
      const form = list.closest("form");
      form.elements.moved.value = moved.querySelector("[name=order]").value;
      form.submit();
    }
  });
}
