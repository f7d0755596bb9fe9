// The comments of an article: post and reply without a reload, load more comments, and let readers edit or delete their
// own comment for some minutes. Without this script each of these is a link or a form that loads a page.
const READER_KEY = "newsroom.reader"; // localStorage: pseudonym and e-mail, only if the reader asked to keep them
const OWN_COMMENTS_KEY = "newsroom.comments"; // localStorage: what this browser posted lately
const OWN_COMMENTS_LIFETIME_MS = 2 * 24 * 3600 * 1000; // a comment that awaits moderation is shown to its author
const ACCEPT_JSON = { Accept: "application/json" };
const section = document.getElementById("comments");
const form = document.getElementById("comment-form");

function readStorage(key, fallback) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? fallback;
  } catch {
    return fallback;
  }
}

function writeStorage(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // A private window has no storage.
  }
}

// The HTML comes from our server, which has escaped it.
function elementFrom(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

function opensNewTab(event) {
  return event.metaKey || event.ctrlKey || event.shiftKey;
}

// -- the form ---------------------------------------------------------------------------------------------------------
if (form) {
  const fields = form.elements;
  const rememberRow = form.querySelector("[data-remember]");
  const rememberBox = form.querySelector("[data-remembers]");
  const error = form.querySelector("[data-error]");
  const status = form.querySelector("[data-status]");
  const replyNote = form.querySelector("[data-under]");
  const formPlace = form.parentElement; // where the form is when it replies to nobody
  const title = form.querySelector("[data-title]");
  const plainTitle = title.textContent;
  let token = fields.token ? fields.token.value : "";
  let tokenRequest = null;

  rememberRow.hidden = false;
  const reader = readStorage(READER_KEY, null);
  if (reader) {
    rememberBox.checked = true;
    fields.pseudonym.value ||= reader.pseudonym || "";
    fields.email.value ||= reader.email || "";
  }
  rememberBox.addEventListener("change", () => {
    if (!rememberBox.checked) writeStorage(READER_KEY, null);
  });

  // The token holds the time at which the reader began. It is fetched then, so that the page is the same for everybody.
  async function fetchToken() {
    try {
      const response = await fetch(form.dataset.token);
      token ||= await response.text();
    } catch {
      tokenRequest = null;
    }
  }
  form.addEventListener("focusin", () => {
    tokenRequest ??= fetchToken();
  });

  // Shows the error beside the field to correct, or under the title; an empty message removes it.
  function showError(message, fieldName) {
    error.textContent = message;
    error.hidden = !message;
    for (const input of form.querySelectorAll("[aria-invalid]")) {
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
    }
    const input = fieldName && fields[fieldName];
    if (!input) {
      title.after(error);
      if (message) error.scrollIntoView({ block: "center" });
      return;
    }
    input.closest(".field").append(error);
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", error.id);
    input.focus();
  }

  // Posts the form, a second time with the new token if the first was too old. Resolves to [HTTP status, payload].
  async function send(isRetry) {
    const body = new URLSearchParams(new FormData(form));
    body.set("token", token);
    const response = await fetch(form.action, { method: "POST", body, headers: ACCEPT_JSON });
    const payload = await response.json();
    if (response.status === 409 && !isRetry) {
      token = payload.token;
      return send(true);
    }
    return [response.status, payload];
  }

  form.addEventListener("submit", async (event) => {
    if (form.hasAttribute("data-plain")) return;
    event.preventDefault();
    const button = form.querySelector("button.button-main");
    button.disabled = true;
    status.textContent = "…";
    writeStorage(
      READER_KEY,
      rememberBox.checked ? { pseudonym: fields.pseudonym.value, email: fields.email.value } : null,
    );
    try {
      await tokenRequest;
      const [code, payload] = await send(false);
      if (code === 201) showPosted(payload);
      else if (code === 422 || code === 503) showError(payload.error, payload.field);
      else throw new Error(code);
    } catch (failure) {
      if (failure instanceof TypeError) {
        showError(form.dataset.offline); // no response at all
        return;
      }
      form.setAttribute("data-plain", ""); // submit without this script: the page that comes back gives the reason
      form.submit();
    } finally {
      button.disabled = false;
      status.textContent = "";
    }
  });

  function showPosted(payload) {
    const parentId = fields.under.value;
    const parent = parentId && document.getElementById(`c-${parentId}`);
    const entry = { ...payload, under: parentId };
    const comment = elementFrom(payload.html);
    showError("");
    stopReply();
    fields.text.value = "";
    token = ""; // it was for this comment: the next one fetches its own
    tokenRequest = null;
    if (!section) {
      location.href = payload.own;
      return;
    }
    const shown = document.getElementById(comment.id); // what was sent twice is one comment
    if (shown) shown.replaceWith(comment);
    else insertComment(comment, parent);
    showCounts(payload);
    comment.tabIndex = -1;
    comment.focus({ preventScroll: true });
    comment.scrollIntoView({ block: "center" });
    remember(entry);
    addOwnButtons(comment, entry);
  }

  function setReply(commentId, authorName) {
    fields.under.value = commentId;
    replyNote.hidden = !commentId;
    replyNote.querySelector("span").textContent = authorName ? `→ ${authorName}` : "";
    title.textContent = authorName ? `${title.dataset.answer} \u2068${authorName}\u2069` : plainTitle;
  }

  function stopReply() {
    formPlace.append(form);
    setReply("", "");
  }

  form.querySelector("[data-under-none]").addEventListener("click", () => {
    stopReply();
    fields.text.focus();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !fields.under.value) return;
    const link = document.querySelector(`[data-reply="${fields.under.value}"]`);
    stopReply();
    link?.focus();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-reply]");
    if (!link || opensNewTab(event)) return;
    event.preventDefault();
    link.closest(".comment").append(form);
    setReply(link.dataset.reply, link.dataset.name);
    fields.text.focus();
  });
}

// -- the reader's own comments, for some minutes ----------------------------------------------------------------------
const LABELS = {
  en: { edit: "Edit", remove: "Delete", sure: "Delete for good", save: "Save", cancel: "Cancel" },
  fr: {
    edit: "Modifier",
    remove: "Supprimer",
    sure: "Supprimer pour de bon",
    save: "Enregistrer",
    cancel: "Annuler",
  },
};
const labels = LABELS[document.documentElement.lang] ?? LABELS.en;

function remember({ id, own, until, text, under }) {
  const others = readStorage(OWN_COMMENTS_KEY, []).filter(
    (entry) => entry.id !== id && Date.now() - new Date(entry.until) < OWN_COMMENTS_LIFETIME_MS,
  );
  writeStorage(OWN_COMMENTS_KEY, [...others, { id, own, until, text, article: section?.dataset.article, under }]);
}

function forget(id) {
  writeStorage(
    OWN_COMMENTS_KEY,
    readStorage(OWN_COMMENTS_KEY, []).filter((entry) => entry.id !== id),
  );
}

// Inserts a comment where it will be when the page is loaded again: after the last reply to its parent, or at the end of
// the thread (its beginning, where the newest come first).
function insertComment(comment, parent) {
  const thread = section.querySelector("[data-thread]");
  const moreLink = thread.querySelector("[data-more]")?.closest("p");
  const level = (row) => Number(row.className.match(/level-(\d)/)?.[1] || 0);
  if (parent) {
    let last = parent;
    while (last.nextElementSibling?.matches(".comment") && level(last.nextElementSibling) > level(parent)) {
      last = last.nextElementSibling;
    }
    last.after(comment);
  } else if (thread.dataset.order === "newest") thread.prepend(comment);
  else if (moreLink) moreLink.before(comment);
  else thread.append(comment);
}

// Shows how many comments readers now see: in the thread's title, and under the headline.
function showCounts({ title, count }) {
  const heading = document.getElementById("comments-title");
  if (heading) heading.textContent = title;
  const underHeadline = document.querySelector('.comment-count[href="#comments"] [data-count]');
  if (underHeadline) underHeadline.textContent = count;
}

// Adds the buttons to edit and delete, and removes them when the time to edit is over.
function addOwnButtons(comment, entry) {
  const timeLeftMs = new Date(entry.until) - Date.now();
  if (timeLeftMs <= 0) return;
  const foot = document.createElement("p");
  foot.className = "comment-foot";
  let isEditing = false;

  function addButton(label, onPress) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link-like";
    button.textContent = label;
    button.addEventListener("click", () => onPress(button));
    foot.append(button);
  }

  function showError(message) {
    let error = comment.querySelector(".form-error");
    if (!error) {
      error = document.createElement("p");
      error.className = "form-error";
      foot.before(error);
    }
    error.setAttribute("role", "alert");
    error.textContent = message;
  }

  async function send(data) {
    const response = await fetch(entry.own, { method: "POST", body: new URLSearchParams(data), headers: ACCEPT_JSON });
    const payload = await response.json();
    if (!response.ok) {
      showError(payload.error);
      return;
    }
    const changed = elementFrom(payload.html);
    comment.replaceWith(changed);
    showCounts(payload);
    changed.tabIndex = -1;
    changed.focus({ preventScroll: true });
    if ("delete" in data) {
      forget(payload.id);
      return;
    }
    remember({ ...payload, own: entry.own, under: entry.under });
    addOwnButtons(changed, { ...entry, text: payload.text, until: payload.until });
  }

  function edit() {
    isEditing = true;
    const text = comment.querySelector(".comment-text");
    const area = document.createElement("textarea");
    area.value = entry.text;
    area.rows = 5;
    area.setAttribute("aria-label", labels.edit);
    const field = document.createElement("div");
    field.className = "field";
    field.append(area);
    text.replaceWith(field);
    foot.replaceChildren();
    addButton(labels.save, () => send({ text: area.value }));
    addButton(labels.cancel, () => {
      field.replaceWith(text);
      foot.remove();
      comment.querySelector(".form-error")?.remove();
      addOwnButtons(comment, entry);
      comment.tabIndex = -1;
      comment.focus();
    });
    area.focus();
  }

  function confirmThenDelete(button) {
    if (button.dataset.sure) {
      send({ delete: "1" });
      return;
    }
    button.dataset.sure = "1"; // the first press asks, the second deletes
    button.textContent = labels.sure;
  }

  addButton(labels.edit, edit);
  addButton(labels.remove, confirmThenDelete);
  comment.querySelector(".comment-foot")?.remove();
  comment.append(foot);
  setTimeout(() => {
    if (!isEditing) foot.remove();
  }, timeLeftMs);
}

// A comment that awaits moderation or was refused is on no public page: its author sees it here all the same, and why.
async function showUnpublished(entry) {
  const response = await fetch(entry.own, { headers: ACCEPT_JSON });
  if (!response.ok) {
    forget(entry.id);
    return;
  }
  const payload = await response.json();
  if (!["held", "rejected"].includes(payload.status) || document.getElementById(`c-${entry.id}`)) return;
  const comment = elementFrom(payload.html);
  insertComment(comment, entry.under && document.getElementById(`c-${entry.under}`));
  addOwnButtons(comment, { ...entry, text: payload.text, until: payload.until });
}

for (const entry of readStorage(OWN_COMMENTS_KEY, [])) {
  const comment = document.getElementById(`c-${entry.id}`);
  const article = entry.article ?? entry.story; // what was stored before the key had its new name lasts two days
  if (comment) addOwnButtons(comment, entry);
  else if (section?.querySelector("[data-order]") && article === section.dataset.article) showUnpublished(entry);
}

// -- more comments ----------------------------------------------------------------------------------------------------
document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-more]");
  if (!link || opensNewTab(event)) return;
  event.preventDefault();
  link.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(link.href);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const rows = [...page.querySelectorAll("[data-thread] > *")].filter(
      (row) => !row.id || !document.getElementById(row.id),
    );
    link.closest("p").replaceWith(...rows.map((row) => document.adoptNode(row)));
    rows[0]?.querySelector("a")?.focus({ preventScroll: true });
  } catch {
    location.href = link.href;
  }
});
