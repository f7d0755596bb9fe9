// The picture library in a dialog: pick() resolves to {id, thumbnail, alt}, or null if it is closed.
const dialog = document.getElementById("picker");
let settle = () => {};

async function show(query = "") {
  const answer = await fetch(`${dialog.dataset.picker}?q=${encodeURIComponent(query)}`);
  dialog.querySelector(".picker-results").innerHTML = await answer.text(); // our own fragment, escaped by its template
}
const choose = (picture) => {
  settle(picture);
  settle = () => {};
  dialog.close();
};

export function pick() {
  settle(null);
  dialog.showModal();
  show();
  dialog.querySelector("#picker-search").focus();
  return new Promise((resolve) => {
    settle = resolve;
  });
}

if (dialog) {
  let pause;
  dialog.querySelector("#picker-search").addEventListener("input", (event) => {
    clearTimeout(pause);
    pause = setTimeout(() => show(event.target.value), 200);
  });
  dialog.addEventListener("close", () => {
    settle(null);
    settle = () => {};
  });
  dialog.addEventListener("click", (event) => {
    const button = event.target.closest("[data-picture]");
    if (button) choose({ id: button.dataset.picture, thumbnail: button.dataset.thumbnail, alt: button.dataset.alt });
  });
  const form = dialog.querySelector("form");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = form.querySelector("[role=alert]");
    said.hidden = true;
    const answer = await fetch(dialog.dataset.upload, { method: "POST", body: new FormData(form) });
    const body = await answer.json().catch(() => ({ error: answer.statusText }));
    if (body.error) {
      said.textContent = body.error;
      said.hidden = false;
      return;
    }
    form.reset();
    choose({ id: String(body.id), thumbnail: body.thumbnail, alt: body.alt });
  });
}

for (const widget of document.querySelectorAll(".picture-widget")) {
  const value = widget.querySelector("input");
  const shown = widget.querySelector(".picture-shown");
  const none = widget.querySelector("[data-unpicks]");
  const set = (picture) => {
    value.value = picture ? picture.id : "";
    value.dispatchEvent(new Event("picture:changed", { bubbles: true }));
    none.hidden = !picture;
    shown.replaceChildren();
    if (picture) {
      const image = new Image();
      image.src = picture.thumbnail;
      image.alt = picture.alt;
      shown.append(image);
    }
  };
  widget.querySelector("[data-picks]").addEventListener("click", async () => {
    const picture = await pick();
    if (picture) set(picture);
  });
  none.addEventListener("click", () => set(null));
}
