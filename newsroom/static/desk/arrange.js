// A list arranged by dragging; its buttons do the same by keyboard, one step at a time.
for (const list of document.querySelectorAll("[data-arrange]")) {
  let dragged = null;
  let rowsBefore = [];

  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("li");
    rowsBefore = [...list.children];
  });
  list.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault(); // lets it be dropped here
    const target = event.target.closest("li");
    if (!target || target === dragged || target.parentElement !== list) return;
    const isLowerHalf = event.clientY > target.getBoundingClientRect().top + target.offsetHeight / 2;
    if (isLowerHalf) target.after(dragged);
    else target.before(dragged);
  });
  list.addEventListener("drop", (event) => event.preventDefault());
  list.addEventListener("dragend", (event) => {
    const moved = dragged;
    dragged = null;
    if (event.dataTransfer.dropEffect === "none") {
      list.replaceChildren(...rowsBefore); // cancelled, or dropped elsewhere
    } else if (rowsBefore.some((row, index) => row !== list.children[index])) {
      const form = list.closest("form");
      form.elements.moved.value = moved.querySelector("[name=order]").value;
      form.submit();
    }
  });
}
