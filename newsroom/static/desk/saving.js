// "Save draft" saves without leaving the page: what is typed, the caret, the scroll and what can be undone stay. Around
// the fields the page becomes what the server answers.

// Of a page: what stands around the fields, and is taken from the answer.
const AROUND = {
  ".article-main": ":scope > :not(.article-field)",
  ".article-side": ":scope > :not(.article-field, details, .missing)",
  "#article": ":scope > dialog",
  ".save-bar": ":scope > :not(.save-note)",
};
const BEFORE_THE_FORM = ".errornote, .read-only, .asked-for, .questions, .begun, .messagelist";
const REPLACED = ["h1", ".article-state", ".breadcrumbs"];

// Send the form as `button` would. Return "saved"; "refused" where the server has to show why; throws without an answer.
export async function save(form, button) {
  const body = new FormData(form);
  body.append(button.name, button.value);
  const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
  if (new URL(response.url).pathname.includes("/login/")) throw new Error("signed_out");
  if (response.status >= 500) throw new Error(`${response.status}`);
  if (!response.ok || !response.redirected) return "refused";
  if (new URL(response.url).searchParams.has("merged")) {
    form.elements.form_key.value = crypto.randomUUID().slice(0, 18); // what is typed from here on was not sent
    window.location.assign(response.url); // the fields are not as they were typed: somebody else's changes are in them
    return "saved";
  }
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const answered = page.getElementById("article");
  if (!answered) return "refused";
  window.history.replaceState(null, "", response.url);
  form.action = response.url;
  takeFrom(page, form, answered);
  return "saved";
}

function takeFrom(page, form, answered) {
  document.title = page.title;
  for (const selector of REPLACED) {
    const here = document.querySelector(selector);
    const there = page.querySelector(selector);
    if (here && there) here.replaceWith(document.adoptNode(there));
  }
  for (const element of document.querySelectorAll(BEFORE_THE_FORM)) element.remove();
  const hadFocus = form.querySelector(".save-bar").contains(document.activeElement);
  for (const [parent, parts] of Object.entries(AROUND)) {
    const here = parent === "#article" ? form : form.querySelector(parent);
    const there = parent === "#article" ? answered : answered.querySelector(parent);
    for (const part of here.querySelectorAll(parts)) part.remove();
    const first = parent === ".article-side" ? (here.querySelector(".missing")?.nextSibling ?? here.firstChild) : null;
    for (const part of there.querySelectorAll(parts)) here.insertBefore(document.adoptNode(part), first);
  }
  for (const field of form.querySelectorAll(":scope > input[type=hidden]")) field.remove();
  for (const field of answered.querySelectorAll(":scope > input[type=hidden]")) form.prepend(document.adoptNode(field));
  form.dataset.autosave = answered.dataset.autosave;
  if (hadFocus) form.querySelector(".save-bar [name=_save]")?.focus();
}
