// Several pictures at once: a line of alternative text for each. Without this script, one line serves them all.
const files = document.getElementById("files");
const rows = document.querySelector(".upload-rows");
const forAll = document.querySelector(".upload-for-all");
files.addEventListener("change", () => {
  forAll.hidden = files.files.length > 0;
  rows.replaceChildren(
    ...[...files.files].map((file, n) => {
      const field = document.createElement("div");
      field.className = "article-field";
      const label = document.createElement("label");
      label.htmlFor = `alt-${n}`;
      label.textContent = `${rows.dataset.alt} – ${file.name}`;
      const input = document.createElement("input");
      Object.assign(input, { type: "text", name: `alt-${n}`, id: `alt-${n}`, maxLength: 400, required: true });
      field.append(label, input);
      return field;
    }),
  );
});
