// The article form: names, pictures, dialogs, and a warning before what was typed is lost.
import "./names.js";
import "./picker.js";

const form = document.getElementById("article");
let touched = document.querySelector(".errornote:not([hidden])") !== null;
let leaving = false;
// The editor makes input events of its own while it starts; a person's are trusted.
form.addEventListener("input", (event) => {
  touched ||= event.isTrusted;
});
for (const change of ["names:changed", "picture:changed"])
  form.addEventListener(change, () => {
    touched = true;
  });
form.addEventListener("click", (event) => {
  touched ||= event.target.closest("[class*=menubar] button") !== null;
});
// Pressed twice is pressed once.
form.addEventListener("submit", (event) => {
  if (leaving) event.preventDefault();
  leaving = true;
  setTimeout(() => {
    leaving = false;
  }, 10_000); // the network may have failed
});
window.addEventListener("beforeunload", (event) => {
  if (touched && !leaving) event.preventDefault();
});

// Ctrl+S saves the draft; the first button of the bar is not always that.
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    const save = form.querySelector("[name=_save]");
    if (save) {
      event.preventDefault();
      form.requestSubmit(save);
    }
  }
});
// Enter in a line of text must not press whichever button comes first.
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("input:not([type=submit]), .headline-field")) return;
  event.preventDefault();
  event.target.closest("dialog")?.querySelector(".dialog-foot .button-main").click();
});

// The editor is made after the page, before or after this script: its name for assistive technology, and its buttons'
// titles, which the library has in English only.
function dress() {
  const editable = form.querySelector(".ProseMirror[contenteditable]");
  if (!editable) return;
  editable.setAttribute("aria-labelledby", "id_body-label");
  editable.setAttribute("role", "textbox");
  editable.setAttribute("aria-multiline", "true");
  const { buttons } = JSON.parse(document.getElementById("editor-words").textContent);
  for (const part of form.querySelectorAll("[class*=menubar] button")) {
    const said = buttons[part.title];
    if (said) {
      part.title = said;
      part.setAttribute("aria-label", said);
    }
    const words = [...part.childNodes].find((node) => node.nodeType === 3 || node.children?.length === 0);
    if (!part.title && words && buttons[words.textContent]) words.textContent = buttons[words.textContent];
  }
}
document.addEventListener("prose-editor:ready", () => setTimeout(dress)); // its menu is drawn after it is ready
dress();

// A step that needs words or an hour has them asked here; the form itself is checked by the desk, not by the browser.
for (const button of form.querySelectorAll("[data-wants-all]")) {
  const fields = [...button.closest("dialog").querySelectorAll("input, textarea")];
  button.addEventListener("click", (event) => {
    for (const field of fields) field.required = true;
    if (!fields.every((field) => field.reportValidity())) event.preventDefault();
    for (const field of fields) field.required = false;
  });
}
// Steps that a change would open stand ready once something is typed.
const later = form.querySelectorAll("[data-when-typed]");
function ready() {
  later.forEach((button) => {
    button.hidden = !touched;
  });
}
ready();
for (const kind of ["input", "change", "click", "names:changed", "picture:changed"])
  form.addEventListener(kind, () => setTimeout(ready));

// What this person may not change cannot be typed into, by keyboard either.
if (form.classList.contains("is-read-only")) {
  for (const field of form.elements) if (!field.closest(".save-bar, dialog, .desk-side")) field.disabled = true;
  document.addEventListener("prose-editor:ready", (event) => event.detail.editor.setEditable(false));
}

// Sponsor fields only where they mean something.
const kind = form.elements.kind;
const sponsored = form.querySelectorAll(".field-sponsor, .field-sponsor_url");
const follow = () =>
  sponsored.forEach((field) => {
    field.hidden = kind.value !== "sponsored";
  });
kind.addEventListener("change", follow);
follow();

// What readers are told of a correction, only of a correction.
const change = form.elements.change;
if (change) {
  const told = form.querySelector(".field-correction");
  const tell = () => {
    told.hidden = change.value !== "correction";
  };
  change.addEventListener("change", tell);
  tell();
}

for (const area of form.querySelectorAll(".headline-field, .standfirst-field")) {
  const counter = document.createElement("span");
  counter.className = "counter quiet";
  counter.setAttribute("aria-hidden", "true");
  const tell = () => {
    counter.textContent = area.value.length || "";
  };
  area.after(counter);
  area.addEventListener("input", tell);
  tell();
}
