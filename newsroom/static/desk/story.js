// The story form: names, pictures, dialogs, and a warning before what was typed is lost.
import "./names.js";
import "./picker.js";

const form = document.getElementById("story");
let touched = document.querySelector(".errornote") !== null;
let leaving = false;
form.addEventListener("input", () => { touched = true; });
form.addEventListener("submit", () => { leaving = true; });
window.addEventListener("beforeunload", (event) => { if (touched && !leaving) event.preventDefault(); });

// Ctrl+S saves the draft; the first button of the bar is not always that.
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    const save = form.querySelector("[name=_save]");
    if (save) { event.preventDefault(); form.requestSubmit(save); }
  }
});
// Enter in a line of text must not press whichever button comes first.
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input:not([type=submit])")) event.preventDefault();
});

// Names for assistive technology: the editor is made after the label.
document.addEventListener("prose-editor:ready", (event) => {
  const editable = event.target.closest(".story-field").querySelector("[contenteditable=true]");
  editable.setAttribute("aria-labelledby", `${event.target.id}-label`);
  editable.setAttribute("role", "textbox");
  editable.setAttribute("aria-multiline", "true");
  event.detail.editor.on("update", () => { touched = true; });
});

// Sponsor fields only where they mean something.
const kind = form.elements.kind;
const sponsored = form.querySelectorAll(".field-sponsor, .field-sponsor_url");
const follow = () => sponsored.forEach((field) => { field.hidden = kind.value !== "sponsored"; });
kind.addEventListener("change", follow);
follow();

for (const area of form.querySelectorAll(".headline-field, .standfirst-field")) {
  const counter = document.createElement("span");
  counter.className = "counter quiet";
  counter.setAttribute("aria-hidden", "true");
  const tell = () => { counter.textContent = area.value.length || ""; };
  area.after(counter);
  area.addEventListener("input", tell);
  tell();
}
