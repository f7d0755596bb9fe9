// What the article still lacks stands beside the text, as the server found it with what was typed last.
export function showMissing(found) {
  const section = document.querySelector(".missing");
  if (!section || !found) return;
  const [, list, nothing] = section.children;
  list.replaceChildren(
    ...found.map(({ field, label, message, blocks }) => {
      const row = document.createElement("li");
      row.className = blocks ? "blocks" : "warns";
      const name = document.createElement(field ? "a" : "b");
      name.textContent = label;
      if (field) name.href = `#${field}`;
      row.append(name, ` – ${message}`);
      return row;
    }),
  );
  nothing.hidden = found.length > 0;
  section.hidden = false;
}

// A link leads into the field itself, or what stands in its place: the editor, a line of names.
document.querySelector(".missing")?.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link) return;
  event.preventDefault();
  const id = link.hash.slice(1);
  const box = document.getElementById(id)?.closest(".article-field");
  const field = box?.querySelector(".ProseMirror, [role=combobox], [data-picks]") ?? document.getElementById(id);
  field?.closest("details")?.setAttribute("open", "");
  field?.scrollIntoView({ block: "center" });
  field?.focus();
});
