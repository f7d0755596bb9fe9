// The article form: names, images, dialogs, the editor's labels, and a warning before unsaved work is lost.
import "./names.js";
import "./picker.js";

const RESUBMIT_AFTER_MS = 10_000; // the network may have failed
const form = document.getElementById("article");

// -- unsaved work -----------------------------------------------------------------------------------------------------
let hasChanges = document.querySelector(".errornote:not([hidden])") !== null;
let isSubmitting = false;

form.addEventListener("input", (event) => {
  hasChanges ||= event.isTrusted; // the editor dispatches input events of its own while it starts
});
for (const type of ["names:changed", "image:changed"]) {
  form.addEventListener(type, () => {
    hasChanges = true;
  });
}
form.addEventListener("click", (event) => {
  hasChanges ||= event.target.closest("[class*=menubar] button") !== null;
});
// A second press of a button while the first is being sent does nothing.
form.addEventListener("submit", (event) => {
  if (isSubmitting) event.preventDefault();
  isSubmitting = true;
  setTimeout(() => {
    isSubmitting = false;
  }, RESUBMIT_AFTER_MS);
});
window.addEventListener("beforeunload", (event) => {
  if (hasChanges && !isSubmitting) event.preventDefault();
});

// Buttons that an unsaved change makes possible are shown once there is one.
const buttonsForChanges = form.querySelectorAll("[data-when-typed]");
function showButtonsForChanges() {
  for (const button of buttonsForChanges) button.hidden = !hasChanges;
}
showButtonsForChanges();
for (const type of ["input", "change", "click", "names:changed", "image:changed"]) {
  form.addEventListener(type, () => setTimeout(showButtonsForChanges));
}

// -- keys -------------------------------------------------------------------------------------------------------------
// Ctrl+S saves the draft; the first button of the bar is not always that.
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
  const save = form.querySelector("[name=_save]");
  if (!save) return;
  event.preventDefault();
  form.requestSubmit(save);
});
// Enter in a line of text must not press whichever button comes first.
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("input:not([type=submit]), .headline-field")) return;
  event.preventDefault();
  // In a dialog, of ours or of the editor's, it presses the dialog's own button.
  event.target.closest("dialog")?.querySelector(".dialog-foot .button-main, button[type=submit]")?.click();
});

// -- the editor -------------------------------------------------------------------------------------------------------
// The library gives the editor no accessible name, and its buttons' titles in English only.
function labelEditor() {
  const editable = form.querySelector(".ProseMirror[contenteditable]");
  if (!editable) return;
  editable.setAttribute("aria-labelledby", "id_body-label");
  editable.setAttribute("role", "textbox");
  editable.setAttribute("aria-multiline", "true");
  const { buttons: translations } = JSON.parse(document.getElementById("editor-words").textContent);
  for (const button of form.querySelectorAll("[class*=menubar] button")) {
    const title = translations[button.title];
    if (title) {
      button.title = title;
      button.setAttribute("aria-label", title);
    }
    const text = [...button.childNodes].find((node) => node.nodeType === Node.TEXT_NODE || node.children?.length === 0);
    if (!button.title && text && translations[text.textContent]) text.textContent = translations[text.textContent];
  }
}
// The editor is made before or after this script runs; its menu is drawn after it is ready.
document.addEventListener("prose-editor:ready", () => setTimeout(labelEditor));
labelEditor();

// -- fields -----------------------------------------------------------------------------------------------------------
// Fields of a dialog are required only by the dialog's own button: the rest of the form is checked by the server.
for (const button of form.querySelectorAll("[data-requires-all]")) {
  const fields = [...button.closest("dialog").querySelectorAll("input, textarea")];
  button.addEventListener("click", (event) => {
    for (const field of fields) field.required = true;
    if (!fields.every((field) => field.reportValidity())) event.preventDefault();
    for (const field of fields) field.required = false;
  });
}

// What this person may not change can't be typed into, by keyboard either.
if (form.classList.contains("is-read-only")) {
  for (const field of form.elements) if (!field.closest(".save-bar, dialog, .desk-side")) field.disabled = true;
  document.addEventListener("prose-editor:ready", (event) => event.detail.editor.setEditable(false));
}

// Shows `rows` only while `field` has this value.
function showOnlyFor(field, value, rows) {
  const update = () => {
    for (const row of rows) row.hidden = field.value !== value;
  };
  field.addEventListener("change", update);
  update();
}
showOnlyFor(form.elements.kind, "sponsored", form.querySelectorAll(".field-sponsor, .field-sponsor_url"));
if (form.elements.change) {
  showOnlyFor(form.elements.change, "correction", form.querySelectorAll(".field-correction"));
}

for (const area of form.querySelectorAll(".headline-field, .standfirst-field")) {
  const counter = document.createElement("span");
  counter.className = "counter quiet";
  counter.setAttribute("aria-hidden", "true");
  const update = () => {
    counter.textContent = area.value.length || "";
  };
  area.after(counter);
  area.addEventListener("input", update);
  update();
}
