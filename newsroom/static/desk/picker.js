// The image library in a dialog: pick() resolves to {id, thumbnail, alt}, or to null if the dialog is closed. Also the
// form fields that use it (.image-widget).
const SEARCH_DELAY_MS = 200;
const dialog = document.getElementById("picker");
let resolvePick = () => {};

function settle(image) {
  resolvePick(image);
  resolvePick = () => {};
}

function choose(image) {
  settle(image);
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
    const button = event.target.closest("[data-image]");
    if (button) choose({ id: button.dataset.image, thumbnail: button.dataset.thumbnail, alt: button.dataset.alt });
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
    if (payload.remarks.length) {
      // It is in the library, first of all: whoever reads the remark picks it there, or another.
      error.textContent = payload.remarks.join(" ");
      error.hidden = false;
      dialog.querySelector("#picker-search").value = "";
      search("");
      return;
    }
    choose({ id: String(payload.id), thumbnail: payload.thumbnail, alt: payload.alt });
  });
}

for (const widget of document.querySelectorAll(".image-widget")) {
  const input = widget.querySelector("input");
  const preview = widget.querySelector(".image-shown");
  const removeButton = widget.querySelector("[data-unpicks]");
  const setImage = (image) => {
    input.value = image ? image.id : "";
    input.dispatchEvent(new Event("image:changed", { bubbles: true }));
    removeButton.hidden = !image;
    preview.replaceChildren();
    if (image) {
      const thumbnail = new Image();
      thumbnail.src = image.thumbnail;
      thumbnail.alt = image.alt;
      preview.append(thumbnail);
    }
  };
  widget.querySelector("[data-picks]").addEventListener("click", async () => {
    const image = await pick();
    if (image) setImage(image);
  });
  removeButton.addEventListener("click", () => setImage(null));
}
