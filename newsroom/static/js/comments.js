// A thread without reloads: posting, answering, more comments, one's own for some minutes. All of it works without this.
const KEPT = "newsroom.reader"; // pseudonym and e-mail, in this browser alone, if the reader asked for it
const OWN = "newsroom.comments"; // what this browser posted in the last minutes
const section = document.getElementById("comments");
const form = document.getElementById("comment-form");

function stored(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}
function store(key, value) {
  try {
    value === null ? localStorage.removeItem(key) : localStorage.setItem(key, JSON.stringify(value));
  } catch {
    /* private window */
  }
}
function element(html) {
  const shell = document.createElement("template");
  shell.innerHTML = html.trim(); // the server's own, escaped there
  return shell.content.firstElementChild;
}

// -- the form ---------------------------------------------------------------------------------------------------------
if (form) {
  const words = form.elements;
  const remember = form.querySelector("[data-remember]");
  const box = form.querySelector("[data-remembers]");
  const error = form.querySelector("[data-error]");
  const status = form.querySelector("[data-status]");
  const under = form.querySelector("[data-under]");
  const home = form.parentElement;
  const title = form.querySelector("[data-title]");
  const asIs = title.textContent;
  let token = words.token ? words.token.value : "";
  let asked = null;

  remember.hidden = false;
  const kept = stored(KEPT, null);
  if (kept) {
    box.checked = true;
    words.pseudonym.value ||= kept.pseudonym || "";
    words.email.value ||= kept.email || "";
  }
  box.addEventListener("change", () => {
    if (!box.checked) store(KEPT, null);
  });

  // A stamp of when the reader began: fetched then, so that pages stay the same for all.
  const begin = () => {
    asked ??= fetch(form.dataset.token)
      .then((answer) => answer.text())
      .then((text) => {
        token ||= text;
      })
      .catch(() => {
        asked = null;
      });
  };
  form.addEventListener("focusin", begin);

  // Beside the field that is to be mended, so that both are seen at once.
  function refuse(message, field) {
    error.textContent = message;
    error.hidden = !message;
    for (const input of form.querySelectorAll("[aria-invalid]")) {
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
    }
    const input = field && words[field];
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

  async function send(again) {
    const data = new URLSearchParams(new FormData(form));
    data.set("token", token);
    const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" } });
    const said = await answer.json();
    if (answer.status === 409 && !again) {
      token = said.token;
      return send(true);
    }
    return [answer.status, said];
  }

  form.addEventListener("submit", async (event) => {
    if (form.hasAttribute("data-plain")) return;
    event.preventDefault();
    const button = form.querySelector("button.button-main");
    button.disabled = true;
    status.textContent = "…";
    store(KEPT, box.checked ? { pseudonym: words.pseudonym.value, email: words.email.value } : null);
    try {
      await asked;
      const [code, said] = await send(false);
      if (code === 201) posted(said);
      else if (code === 422 || code === 503) refuse(said.error, said.field);
      else throw new Error(code);
    } catch (failure) {
      if (failure instanceof TypeError) {
        refuse(form.dataset.offline);
        return;
      } // nobody answered
      form.setAttribute("data-plain", ""); // the plain way, which says what is wrong
      form.submit();
    } finally {
      button.disabled = false;
      status.textContent = "";
    }
  });

  function posted(said) {
    const parent = words.under.value && document.getElementById(`c-${words.under.value}`);
    refuse("");
    const mine = element(said.html);
    said.under = words.under.value;
    home.append(form);
    answer("", "");
    words.text.value = "";
    if (!section) {
      location.href = said.own;
      return;
    }
    place(mine, parent);
    const counted = document.getElementById("comments-title");
    if (said.status === "approved") counted.textContent = counted.textContent.replace(/\d+/, (n) => Number(n) + 1);
    mine.tabIndex = -1;
    mine.focus({ preventScroll: true });
    mine.scrollIntoView({ block: "center" });
    keep(said);
    dress(mine, said);
  }

  function answer(pk, name) {
    words.under.value = pk;
    under.hidden = !pk;
    under.querySelector("span").textContent = name ? `↳ ${name}` : "";
    title.textContent = name ? `${title.dataset.answer} ${name}` : asIs;
  }
  form.querySelector("[data-under-none]").addEventListener("click", () => {
    home.append(form);
    answer("", "");
    words.text.focus();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !words.under.value) return;
    const link = document.querySelector(`[data-reply="${words.under.value}"]`);
    home.append(form);
    answer("", "");
    link?.focus();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-reply]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    link.closest(".comment").append(form);
    answer(link.dataset.reply, link.dataset.name);
    words.text.focus();
  });
}

// -- one's own, for some minutes --------------------------------------------------------------------------------------
const KEPT_FOR = 2 * 24 * 3600 * 1000; // what waits for a moderator is shown to its author for two days
const labels =
  document.documentElement.lang === "fr"
    ? { edit: "Modifier", remove: "Supprimer", sure: "Supprimer pour de bon", save: "Enregistrer", cancel: "Annuler" }
    : { edit: "Edit", remove: "Delete", sure: "Delete for good", save: "Save", cancel: "Cancel" };

function keep(said) {
  const others = stored(OWN, []).filter((one) => one.id !== said.id && new Date() - new Date(one.until) < KEPT_FOR);
  store(OWN, [
    ...others,
    {
      id: said.id,
      own: said.own,
      until: said.until,
      text: said.text,
      article: section?.dataset.article,
      under: said.under,
    },
  ]);
}
function forget(id) {
  store(
    OWN,
    stored(OWN, []).filter((one) => one.id !== id),
  );
}

// Where it will stand when the page is loaded again: last under what it answers, or at the thread's end or beginning.
function place(mine, parent) {
  const thread = section.querySelector("[data-thread]");
  const more = thread.querySelector("[data-more]")?.closest("p");
  const level = (row) => Number(row.className.match(/level-(\d)/)?.[1] || 0);
  if (parent) {
    let last = parent;
    while (last.nextElementSibling?.matches(".comment") && level(last.nextElementSibling) > level(parent))
      last = last.nextElementSibling;
    last.after(mine);
  } else if (thread.dataset.order === "newest") thread.prepend(mine);
  else if (more) more.before(mine);
  else thread.append(mine);
}

function dress(comment, mine) {
  const left = new Date(mine.until) - new Date();
  if (left <= 0) return;
  const foot = document.createElement("p");
  foot.className = "comment-foot";
  const button = (label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "link-like";
    made.textContent = label;
    made.addEventListener("click", () => act(made));
    foot.append(made);
    return made;
  };
  const send = async (data) => {
    const answer = await fetch(mine.own, {
      method: "POST",
      body: new URLSearchParams(data),
      headers: { Accept: "application/json" },
    });
    const said = await answer.json();
    if (!answer.ok) {
      const told =
        comment.querySelector(".form-error") ||
        foot.insertAdjacentElement(
          "beforebegin",
          Object.assign(document.createElement("p"), { className: "form-error" }),
        );
      told.setAttribute("role", "alert");
      told.textContent = said.error;
      return;
    }
    const fresh = element(said.html);
    comment.replaceWith(fresh);
    fresh.tabIndex = -1;
    fresh.focus({ preventScroll: true });
    if ("delete" in data) {
      forget(said.id);
      return;
    }
    keep({ ...said, own: mine.own, under: mine.under });
    dress(fresh, { ...mine, text: said.text, until: said.until });
  };
  let editing = false;
  button(labels.edit, () => {
    editing = true;
    const before = comment.querySelector(".comment-text");
    const area = document.createElement("textarea");
    area.value = mine.text;
    area.rows = 5;
    area.setAttribute("aria-label", labels.edit);
    const field = document.createElement("div");
    field.className = "field";
    field.append(area);
    before.replaceWith(field);
    foot.replaceChildren();
    button(labels.save, () => send({ text: area.value }));
    button(labels.cancel, () => {
      field.replaceWith(before);
      foot.remove();
      comment.querySelector(".form-error")?.remove();
      dress(comment, mine);
      comment.tabIndex = -1;
      comment.focus();
    });
    area.focus();
  });
  button(labels.remove, (made) => {
    if (made.dataset.sure) {
      send({ delete: "1" });
      return;
    }
    made.dataset.sure = "1"; // the second press is meant
    made.textContent = labels.sure;
  });
  comment.querySelector(".comment-foot")?.remove();
  comment.append(foot);
  setTimeout(() => {
    if (!editing) foot.remove();
  }, left);
}
// What waits for a moderator is on no page: its author finds it here all the same.
async function bring(mine) {
  const answer = await fetch(mine.own, { headers: { Accept: "application/json" } });
  if (!answer.ok) {
    forget(mine.id);
    return;
  }
  const said = await answer.json();
  if (said.status !== "held" || document.getElementById(`c-${mine.id}`)) return;
  const comment = element(said.html);
  place(comment, mine.under && document.getElementById(`c-${mine.under}`));
  dress(comment, { ...mine, text: said.text, until: said.until });
}
for (const mine of stored(OWN, [])) {
  const comment = document.getElementById(`c-${mine.id}`);
  if (comment) dress(comment, mine);
  else if (section?.querySelector("[data-order]") && mine.article === section.dataset.article) bring(mine);
}

// -- more comments ----------------------------------------------------------------------------------------------------
document.addEventListener("click", async (event) => {
  const more = event.target.closest("[data-more]");
  if (!more || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  more.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(more.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const rows = [...page.querySelectorAll("[data-thread] > *")].filter(
      (row) => !row.id || !document.getElementById(row.id),
    );
    more.closest("p").replaceWith(...rows.map((row) => document.adoptNode(row)));
    rows[0]?.querySelector("a")?.focus({ preventScroll: true });
  } catch {
    location.href = more.href;
  }
});
