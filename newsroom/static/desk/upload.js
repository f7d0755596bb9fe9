// Upload of several images: a line of alternative text for each. Without this script, one line serves all of them.
const fileInput = document.getElementById("files");
const rows = document.querySelector(".upload-rows");
const rowForAll = document.querySelector(".upload-for-all");

function makeRow(file, index) {
  const name = `alt-${index}`;
  const label = document.createElement("label");
  label.htmlFor = name;
  label.textContent = `${rows.dataset.alt} – ${file.name}`;
  const input = document.createElement("input");
  Object.assign(input, { type: "text", name, id: name, maxLength: 400, required: true });
  const row = document.createElement("div");
  row.className = "article-field";
  row.append(label, input);
  return row;
}

fileInput.addEventListener("change", () => {
  rowForAll.hidden = fileInput.files.length > 0;
  rows.replaceChildren(...[...fileInput.files].map(makeRow));
});
