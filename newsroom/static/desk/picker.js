// The picture library in a dialog: pick() resolves to {id, thumbnail, alt}, or to null if the dialog is closed. Also the
// form fields that use it (.picture-widget).
const SEARCH_DELAY_MS = 200;
const dialog = document.getElementById("picker");
let resolvePick = () => {};

function settle(picture) {
  resolvePick(picture);
  resolvePick = () => {};
}

function choose(picture) {
  settle(picture);
  dialog.close();
}

async function search(query = "") {
  const response = await fetch(`${dialog.dataset.picker}?q=${encodeURIComponent(query)}`);
  // A fragment of our own server, escaped by its template.
  dialog.querySelector(".picker-results").innerHTML = await response.text();
}

export function pick() {
  settle(null);
  dialog.showModal();
  search();
  dialog.querySelector("#picker-search").focus();
  return new Promise((resolve) => {
    resolvePick = resolve;
  });
}

if (dialog) {
  let timer;
  dialog.querySelector("#picker-search").addEventListener("input", (event) => {
    clearTimeout(timer);
    timer = setTimeout(() => search(event.target.value), SEARCH_DELAY_MS);
  });
  dialog.addEventListener("close", () => settle(null));
  dialog.addEventListener("click", (event) => {
    const button = event.target.closest("[data-picture]");
    if (button) choose({ id: button.dataset.picture, thumbnail: button.dataset.thumbnail, alt: button.dataset.alt });
  });
  const form = dialog.querySelector("form");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const error = form.querySelector("[role=alert]");
    error.hidden = true;
    const response = await fetch(dialog.dataset.upload, { method: "POST", body: new FormData(form) });
    const payload = await response.json().catch(() => ({ error: response.statusText }));
    if (payload.error) {
      error.textContent = payload.error;
      error.hidden = false;
      return;
    }
    form.reset();
    choose({ id: String(payload.id), thumbnail: payload.thumbnail, alt: payload.alt });
  });
}

for (const widget of document.querySelectorAll(".picture-widget")) {
  const input = widget.querySelector("input");
  const preview = widget.querySelector(".picture-shown");
  const removeButton = widget.querySelector("[data-unpicks]");
  const setPicture = (picture) => {
    input.value = picture ? picture.id : "";
    input.dispatchEvent(new Event("picture:changed", { bubbles: true }));
    removeButton.hidden = !picture;
    preview.replaceChildren();
    if (picture) {
      const image = new Image();
      image.src = picture.thumbnail;
      image.alt = picture.alt;
      preview.append(image);
    }
  };
  widget.querySelector("[data-picks]").addEventListener("click", async () => {
    const picture = await pick();
    if (picture) setPicture(picture);
  });
  removeButton.addEventListener("click", () => setPicture(null));
}
