// A thread without reloads: posting, answering, more comments, one's own for some minutes. All of it works without this.
const KEPT = "newsroom.reader"; // pseudonym and e-mail, in this browser alone, if the reader asked for it
const OWN = "newsroom.comments"; // what this browser posted in the last minutes
const section = document.getElementById("comments");
const form = document.getElementById("comment-form");

function stored(key, otherwise) {
  try { return JSON.parse(localStorage.getItem(key)) ?? otherwise; } catch { return otherwise; }
}
function store(key, value) {
  try { value === null ? localStorage.removeItem(key) : localStorage.setItem(key, JSON.stringify(value)); } catch { /* private window */ }
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
  let token = words.token ? words.token.value : "";
  let asked = null;

  remember.hidden = false;
  const kept = stored(KEPT, null);
  if (kept) {
    box.checked = true;
    words.pseudonym.value ||= kept.pseudonym || "";
    words.email.value ||= kept.email || "";
  }
  box.addEventListener("change", () => { if (!box.checked) store(KEPT, null); });

  // A stamp of when the reader began: fetched then, so that pages stay the same for all.
  const begin = () => { asked ??= fetch(form.dataset.token).then((answer) => answer.text()).then((text) => { token ||= text; }).catch(() => { asked = null; }); };
  form.addEventListener("focusin", begin);

  function refuse(message, field) {
    error.textContent = message;
    error.hidden = !message;
    for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
    const input = field && words[field];
    if (input) { input.setAttribute("aria-invalid", "true"); input.focus(); } else if (message) error.scrollIntoView({ block: "center" });
  }

  async function send(again) {
    const data = new URLSearchParams(new FormData(form));
    data.set("token", token);
    const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" } });
    const said = await answer.json();
    if (answer.status === 409 && !again) { token = said.token; return send(true); }
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
      else if (code === 422) refuse(said.error, said.field);
      else throw new Error(code);
    } catch {
      form.setAttribute("data-plain", ""); // the plain way, which says what is wrong
      form.submit();
      return;
    } finally {
      button.disabled = false;
      status.textContent = "";
    }
  });

  function posted(said) {
    const parent = words.under.value && document.getElementById(`c-${words.under.value}`);
    refuse("");
    const mine = element(said.html);
    home.append(form);
    answer("", "");
    words.text.value = "";
    if (!section) { location.href = said.own; return; }
    const thread = section.querySelector("[data-thread]");
    if (parent) parent.after(mine); else thread.querySelector("[data-more]")?.closest("p").before(mine) ?? thread.append(mine);
    if (!mine.isConnected) thread.append(mine);
    mine.tabIndex = -1;
    mine.focus({ preventScroll: true });
    mine.scrollIntoView({ block: "center" });
    store(OWN, [...stored(OWN, []).filter((one) => new Date(one.until) > new Date()), { id: said.id, own: said.own, until: said.until, text: said.text }]);
    dress(mine, said);
  }

  function answer(pk, name) {
    words.under.value = pk;
    under.hidden = !pk;
    under.querySelector("span").textContent = name ? `↳ ${name}` : "";
  }
  form.querySelector("[data-under-none]").addEventListener("click", () => { home.append(form); answer("", ""); words.text.focus(); });
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
const labels = document.documentElement.lang === "fr" ? ["Modifier", "Supprimer", "Enregistrer", "Annuler"] : ["Edit", "Delete", "Save", "Cancel"];

function dress(comment, mine) {
  const foot = document.createElement("p");
  foot.className = "comment-foot";
  const button = (label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "link-like";
    made.textContent = label;
    made.addEventListener("click", act);
    foot.append(made);
    return made;
  };
  const send = async (data) => {
    const answer = await fetch(mine.own, { method: "POST", body: new URLSearchParams(data), headers: { Accept: "application/json" } });
    const said = await answer.json();
    if (!answer.ok) { window.alert(said.error); return; }
    const fresh = element(said.html);
    comment.replaceWith(fresh);
    const others = stored(OWN, []).filter((one) => one.id !== said.id);
    if ("delete" in data) { fresh.querySelector(".comment-text").remove(); store(OWN, others); return; }
    store(OWN, [...others, { id: said.id, own: mine.own, until: said.until, text: said.text }]);
    dress(fresh, { ...mine, text: said.text, until: said.until });
  };
  button(labels[0], () => {
    const area = document.createElement("textarea");
    area.value = mine.text;
    area.rows = 5;
    area.setAttribute("aria-label", labels[0]);
    const field = document.createElement("div");
    field.className = "field";
    field.append(area);
    comment.querySelector(".comment-text").replaceWith(field);
    foot.replaceChildren();
    button(labels[2], () => send({ text: area.value }));
    button(labels[3], () => location.reload());
    area.focus();
  });
  button(labels[1], () => send({ delete: "1" }));
  comment.querySelector(".comment-foot")?.remove();
  comment.append(foot);
  setTimeout(() => foot.remove(), Math.max(0, new Date(mine.until) - new Date()));
}
for (const mine of stored(OWN, [])) {
  const comment = document.getElementById(`c-${mine.id}`);
  if (comment && new Date(mine.until) > new Date()) dress(comment, mine);
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
    const rows = [...page.querySelectorAll("[data-thread] > *")].filter((row) => !row.id || !document.getElementById(row.id));
    more.closest("p").replaceWith(...rows.map((row) => document.adoptNode(row)));
    rows[0]?.querySelector("a")?.focus({ preventScroll: true });
  } catch { location.href = more.href; }
});
