// What is typed into the article form is kept: in this browser at once, and by the server a moment later, in a row that
// is no revision. It is offered when the article is opened again (articles/admin/autosaves.py).
import { showMissing } from "./missing.js";
import { token } from "./token.js";

const LOCAL_AFTER_MS = 250;
const SERVER_AFTER_MS = 2_000; // without a key
const SERVER_AT_LEAST_MS = 15_000; // while somebody types on and on
const RETRY_MS = [3_000, 10_000, 30_000];
const NOT_KEPT = new Set(["csrfmiddlewaretoken", "form_key", "publication", "stage", "live", "autosave"]);

// A tab has a name as long as it is open, and a lock of that name: what it left here is another's only once it is closed.
async function nameOfTab() {
  let name = stored("tab") ?? crypto.randomUUID();
  if (!(await hold(name))) {
    name = crypto.randomUUID(); // a copy of a tab has its storage too
    await hold(name);
  }
  try {
    sessionStorage.tab = name;
  } catch {
    // nothing may be stored: it has another name when it is loaded again
  }
  return name;
}

function stored(name) {
  try {
    return sessionStorage[name];
  } catch {
    return undefined;
  }
}

function hold(name) {
  return new Promise((resolve) => {
    if (!navigator.locks) return resolve(true); // without TLS: tabs are not told apart
    const untilTheEnd = (lock) => {
      resolve(lock !== null);
      return lock && new Promise(() => {});
    };
    return navigator.locks.request(`tab ${name}`, { ifAvailable: true }, untilTheEnd);
  });
}

async function openTabs() {
  const held = (await navigator.locks?.query())?.held ?? [];
  return new Set(held.map((lock) => lock.name.replace(/^tab /, "")));
}

export class Autosave {
  constructor(form, note) {
    this.form = form;
    this.note = note;
    this.words = JSON.parse(document.getElementById("autosave-words").textContent);
    this.url = form.dataset.autosave;
    this.tab = crypto.randomUUID(); // until it is known
    this.named = nameOfTab().then((name) => {
      this.tab = name;
    });
    this.failures = 0;
    this.isKeptHere = true;
    this.isWaiting = document.querySelector(".typed-before") !== null; // for a choice: what is offered is not replaced
    window.addEventListener("online", () => this.send());
    window.addEventListener("pagehide", () => this.keepHere());
    new BroadcastChannel("signed-in").addEventListener("message", () => {
      document.getElementById("signed-out").close();
      this.send();
    });
  }

  // The beginning of the name under which tabs keep what is typed here. A new article is known by its form.
  get place() {
    const isNew = !/\/\d+\//.test(this.url);
    return `autosave ${this.form.dataset.person} ${isNew ? this.form.elements.form_key.value : this.url} `;
  }

  // What is typed, by the names of fields; not what dialogs ask.
  values() {
    const left = new Set([...this.form.querySelectorAll("dialog [name], .desk-side [name]")].map(({ name }) => name));
    const pairs = [...new FormData(this.form)].filter(
      ([name, value]) => !NOT_KEPT.has(name) && !left.has(name) && typeof value === "string",
    );
    return Object.fromEntries(pairs);
  }

  // The same in one text, without the revision that it began from, which saving changes.
  typed() {
    return JSON.stringify({ ...this.values(), base: "" });
  }

  // Something was typed.
  changed() {
    this.isDirty = true;
    clearTimeout(this.localTimer);
    this.localTimer = setTimeout(() => this.keepHere(), LOCAL_AFTER_MS);
    if (this.isWaiting) {
      this.say("choose_first");
      return;
    }
    if (["kept", "saved", undefined].includes(this.note.dataset.state)) this.say("typed");
    this.since ??= Date.now();
    const left = this.since + SERVER_AT_LEAST_MS - Date.now();
    this.sendAfter(Math.max(0, Math.min(SERVER_AFTER_MS, left)));
  }

  sendAfter(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), milliseconds);
  }

  keepHere() {
    if (!this.isDirty) return;
    try {
      this.keptAs = this.place + this.tab;
      const kept = { key: this.form.elements.form_key.value, values: this.values() };
      localStorage.setItem(this.keptAs, JSON.stringify(kept));
      this.isKeptHere = true;
    } catch {
      this.isKeptHere = false; // no room, or not allowed
    }
  }

  // Nothing is lost if the page goes now.
  get isKept() {
    return !this.isDirty || this.isKeptHere;
  }

  // What pages of this form could not send, of this tab and of tabs that were closed: pairs of a name and an entry.
  async leftHere() {
    await this.named;
    const open = await openTabs();
    open.delete(this.tab);
    try {
      return Object.entries(localStorage)
        .filter(([name]) => name.startsWith(this.place) && !open.has(name.slice(this.place.length)))
        .map(([name, text]) => [name, JSON.parse(text)]);
    } catch {
      return [];
    }
  }

  // That is sent now, one after the other, and offered by the page when it is loaded again.
  async bring() {
    for (const [name, { key, values }] of await this.leftHere()) {
      if (this.isWaiting) return;
      const answer = await this.send({ values, takesOver: true, key });
      if (!answer) return;
      localStorage.removeItem(name);
      if (!answer.saved) {
        window.location.reload();
        return;
      }
    }
  }

  async drop() {
    const response = await this.post(this.body({ drop: "1" }));
    await response.text();
    if (!response.ok) throw new Error(`${response.status}`);
    this.isWaiting = false;
    if (this.isDirty) this.changed();
    else await this.bring();
  }

  forgetHere() {
    try {
      localStorage.removeItem(this.keptAs);
    } catch {
      // it never was there
    }
  }

  // The form is being sent: nothing of it may arrive after it. Resolves once nothing is on its way.
  async pause() {
    this.keepHere();
    clearTimeout(this.timer);
    clearTimeout(this.localTimer);
    await this.sending;
  }

  // All of it was saved.
  settled(at) {
    this.isDirty = false;
    this.since = undefined;
    this.forgetHere();
    this.say("saved", { at });
  }

  body(fields) {
    const { form_key: key, publication } = this.form.elements;
    return new URLSearchParams({ ...fields, form_key: key.value, publication: publication.value });
  }

  async send(what = {}) {
    if (!what.values && !this.isDirty) return null;
    if (this.sending) {
      this.sendAfter(SERVER_AFTER_MS);
      return null;
    }
    this.sending = this.exchange(what);
    try {
      return await this.sending;
    } finally {
      this.sending = null;
    }
  }

  // `values`: of an earlier page, whose form had the key `key`; else what stands in this one.
  async exchange({ takesOver = false, values, key = "" }) {
    await this.named;
    const sent = values ?? this.values();
    const number = this.form.elements.autosave.value;
    const body = this.body({ ...sent, tab: this.tab, number, ...(takesOver && { takes_over: "1" }), sent: key });
    try {
      const response = await this.post(body);
      if (response.ok) return this.kept(await response.json(), sent, Boolean(values));
      if (response.status === 409) this.offerTab(await response.json());
      else if (response.status < 500) this.say(null, { text: (await response.json()).error });
      else this.failed();
    } catch (error) {
      this.failed(error);
    }
    return null;
  }

  async post(body) {
    const ask = async () =>
      fetch(this.url, {
        method: "POST",
        body,
        redirect: "manual",
        headers: { Accept: "application/json", "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value },
      });
    const response = await ask();
    const isRefused = response.status === 403 && !response.headers.get("Content-Type")?.includes("json");
    if (response.type !== "opaqueredirect" && !isRefused) return response;
    await response.text();
    await token(this.form); // signed in again elsewhere: the token of this page is old
    const again = await ask();
    if (again.type === "opaqueredirect" || again.status === 403) throw new Error("signed_out");
    return again;
  }

  // What is missing in what stands in the form now; nothing is kept of it.
  async check() {
    const response = await this.post(this.body({ ...this.values(), checks: "1" }));
    if (response.ok) showMissing((await response.json()).missing);
  }

  kept(answer, sent, isOfEarlier) {
    this.failures = 0;
    if (isOfEarlier) return answer;
    showMissing(answer.missing);
    this.form.elements.autosave.value = answer.number; // with the form: saving it forgets this and nothing newer
    this.since = undefined;
    // What was typed meanwhile is sent soon.
    this.isDirty = JSON.stringify(this.values()) !== JSON.stringify(sent);
    if (this.isDirty) this.sendAfter(SERVER_AFTER_MS);
    else this.forgetHere();
    this.say("kept", answer);
    return answer;
  }

  failed(error) {
    this.keepHere();
    const name = ["signed_out", "other_person"].includes(error?.message) ? error.message : "here_only";
    if (name === "signed_out" && !this.hasAsked) document.getElementById("signed-out").showModal();
    this.hasAsked = name === "signed_out";
    this.say(this.isKeptHere ? name : "not_kept");
    this.sendAfter(RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)]);
    this.failures += 1;
  }

  offerTab({ at }) {
    this.keepHere();
    this.say("other_tab", { at });
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button-quiet";
    button.textContent = this.words.goes_on_here;
    button.addEventListener("click", () => this.send({ takesOver: true }));
    this.note.append(" ", button);
  }

  say(word, { at = "", text = this.words[word] } = {}) {
    this.note.textContent = text.replace("{at}", at);
    this.note.dataset.state = word ?? "refused";
  }
}
