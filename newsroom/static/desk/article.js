// The article form: names, images, dialogs, the editor's labels, and a warning before unsaved work is lost.
import "./names.js";
import "./picker.js";
import { Autosave } from "./autosave.js";
import { watch } from "./presence.js";
import { save } from "./saving.js";
import { token } from "./token.js";

const RESUBMIT_AFTER_MS = 10_000; // the network may have failed
const form = document.getElementById("article");

// -- unsaved work -----------------------------------------------------------------------------------------------------
const autosave = form.dataset.autosave ? new Autosave(form, form.querySelector(".save-note")) : null;
// The form shows what was typed and is not saved: it was refused, or taken up again.
const isTyped = "typed" in form.dataset;
let hasChanges = isTyped;
let isSubmitting = false;

function changed() {
  hasChanges = true;
  autosave?.changed();
  setTimeout(showButtonsForChanges);
}
form.addEventListener("input", (event) => {
  if (event.isTrusted && !event.target.closest("dialog")) changed(); // the editor dispatches some while it starts
});
form.addEventListener("change", (event) => {
  if (event.isTrusted && !event.target.closest("dialog")) changed();
});
for (const type of ["names:changed", "image:changed"]) form.addEventListener(type, changed);
form.addEventListener("click", (event) => {
  if (event.target.closest("[class*=menubar] button")) changed();
});
// A second press of a button while the first is being sent does nothing.
form.addEventListener("submit", (event) => {
  if (isSubmitting) {
    event.preventDefault();
    return;
  }
  isSubmitting = true;
  setTimeout(() => {
    isSubmitting = false;
  }, RESUBMIT_AFTER_MS);
  if (event.submitter?.name !== "_save" || !autosave) {
    autosave?.pause();
    return;
  }
  event.preventDefault();
  saveHere(event.submitter);
});
// Saves without leaving the page; what is refused is sent again, by the browser, which shows why.
async function saveHere(button) {
  const before = autosave.typed();
  let outcome = "failed";
  try {
    await autosave.pause();
    await token(form);
    outcome = await save(form, button);
  } catch (error) {
    autosave.isDirty = true;
    autosave.failed(error);
  } finally {
    isSubmitting = false;
  }
  if (outcome === "refused") {
    isSubmitting = true;
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: "_save", value: "1" });
    form.append(field);
    form.submit();
  }
  if (outcome !== "saved") return;
  autosave.url = form.dataset.autosave;
  autosave.settled(new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
  hasChanges = autosave.typed() !== before; // meanwhile
  if (hasChanges) autosave.changed();
  showButtonsForChanges();
}
window.addEventListener("beforeunload", (event) => {
  autosave?.keepHere();
  if (hasChanges && !isSubmitting && !autosave?.isKept) event.preventDefault();
});
document.querySelector("[data-drops-autosave]")?.addEventListener("click", async (event) => {
  await autosave.drop();
  event.target.closest(".typed-before").remove();
});
if (!isTyped) autosave?.bring();
autosave?.check().catch(() => {}); // it comes with what is typed

if (form.dataset.presence) {
  const words = JSON.parse(document.getElementById("presence-words").textContent);
  watch(form, document.querySelector(".presence"), words);
}

// What another person wrote is taken into its field.
document.querySelector(".choices")?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-takes]");
  if (!button) return;
  const field = form.elements[button.dataset.takes];
  if (field.type === "checkbox") field.checked = Boolean(button.dataset.value);
  else field.value = button.dataset.value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  button.disabled = true;
  changed();
});

// Buttons that an unsaved change makes possible are shown once there is one.
function showButtonsForChanges() {
  for (const button of form.querySelectorAll("[data-when-typed]")) button.hidden = !hasChanges;
}
showButtonsForChanges();

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
form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-requires-all]");
  if (!button) return;
  const fields = [...button.closest("dialog").querySelectorAll("input, textarea")];
  for (const field of fields) field.required = true;
  if (!fields.every((field) => field.reportValidity())) event.preventDefault();
  for (const field of fields) field.required = false;
});

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
