// Upload of several images, one after the other, each with its own line of alternative text and its progress. Without
// this script they are sent together, and one line serves all of them.
const form = document.querySelector(".upload-form");
const fileInput = document.getElementById("files");
const rows = form.querySelector(".upload-rows");
const rowForAll = form.querySelector(".upload-for-all");
const words = rows.dataset;

function makeRow(file, index) {
  const name = `alt-${index}`;
  const label = document.createElement("label");
  label.htmlFor = name;
  label.textContent = `${words.alt} – ${file.name}`;
  const input = document.createElement("input");
  Object.assign(input, { type: "text", name, id: name, maxLength: 400, required: true });
  const status = document.createElement("p");
  status.className = "upload-status";
  status.setAttribute("role", "status");
  const row = document.createElement("div");
  row.className = "article-field";
  row.append(label, input, status);
  return row;
}

fileInput.addEventListener("change", () => {
  rowForAll.hidden = fileInput.files.length > 0;
  rows.replaceChildren(...[...fileInput.files].map(makeRow));
});

// Sends one file; resolves to the server's payload. XMLHttpRequest, since fetch does not say how much was sent.
function send(body, onProgress) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (event) => onProgress(event.loaded / event.total));
    request.addEventListener("load", () => {
      if (request.status === 413) {
        resolve({ error: words.tooLarge });
        return;
      }
      try {
        resolve(JSON.parse(request.responseText));
      } catch {
        resolve({ error: request.responseText.trim().split("\n")[0].slice(0, 200) || request.statusText });
      }
    });
    request.addEventListener("error", () => resolve({ error: words.offline }));
    request.open("POST", words.upload);
    request.send(body);
  });
}

function showResult(row, payload) {
  const status = row.querySelector(".upload-status");
  status.classList.toggle("refused", Boolean(payload.error));
  status.classList.toggle("kept", !payload.error);
  if (payload.error) {
    status.textContent = payload.error;
    return;
  }
  const link = document.createElement("a");
  link.href = payload.page;
  link.textContent = words.kept;
  const thumbnail = new Image();
  Object.assign(thumbnail, { src: payload.thumbnail, alt: "", className: "thumb" });
  const remarks = payload.remarks.map((words) =>
    Object.assign(document.createElement("strong"), { textContent: words }),
  );
  status.replaceChildren(thumbnail, link, ...remarks);
  row.querySelector("input").disabled = true;
}

async function sendRow(row, file) {
  const status = row.querySelector(".upload-status");
  const progress = document.createElement("progress");
  const text = document.createElement("span");
  status.replaceChildren(progress, text);
  const body = new FormData();
  body.set("file", file);
  body.set("alt", row.querySelector("input").value);
  for (const name of ["caption", "credit", "csrfmiddlewaretoken"]) body.set(name, form.elements[name].value);
  const payload = await send(body, (part) => {
    progress.value = part;
    if (part < 1) {
      text.textContent = ` ${words.sending} ${Math.round(part * 100)} %`;
      return;
    }
    progress.removeAttribute("value"); // the server reads it and makes its sizes: nobody knows how long that takes
    text.textContent = ` ${words.preparing}`;
  });
  showResult(row, payload);
  return payload;
}

form.addEventListener("submit", async (event) => {
  if (!fileInput.files.length) return;
  event.preventDefault();
  const button = form.querySelector("button.button-main");
  const waiting = [...rows.children].map((row, index) => [row, fileInput.files[index]]);
  button.disabled = true;
  const payloads = [];
  for (const [row, file] of waiting) {
    if (!row.querySelector(".upload-status.kept")) payloads.push(await sendRow(row, file));
  }
  button.disabled = false;
  if (waiting.length === 1 && payloads.length && !payloads[0].error) location.href = payloads[0].page;
});
