// What is typed into the article form is kept: in this browser at once, and by the server a moment later, in a row that
// is no revision. It is offered when the article is opened again (articles/admin/autosaves.py).
import { showMissing } from "./missing.js";
import { token } from "./token.js";

const LOCAL_AFTER_MS = 250;
const SERVER_AFTER_MS = 2_000; // without a key
const SERVER_AT_LEAST_MS = 15_000; // while somebody types on and on
const RETRY_MS = [3_000, 10_000, 30_000];
const NOT_KEPT = new Set(["csrfmiddlewaretoken", "form_key", "publication", "stage", "live"]);

function tabOfBrowser() {
  const name = crypto.randomUUID();
  try {
    sessionStorage.tab ||= name;
    return sessionStorage.tab;
  } catch {
    return name; // nothing may be stored
  }
}

export class Autosave {
  constructor(form, note) {
    this.form = form;
    this.note = note;
    this.words = JSON.parse(document.getElementById("autosave-words").textContent);
    this.url = form.dataset.autosave;
    this.number = Number(form.dataset.number);
    this.tab = tabOfBrowser();
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

  // A new article is known by its form.
  get key() {
    const isNew = !/\/\d+\//.test(this.url);
    return `autosave ${this.form.dataset.person} ${isNew ? this.form.elements.form_key.value : this.url}`;
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
      localStorage.setItem(
        this.key,
        JSON.stringify({ number: this.number, key: this.form.elements.form_key.value, values: this.values() }),
      );
      this.isKeptHere = true;
    } catch {
      this.isKeptHere = false; // no room, or not allowed
    }
  }

  // Nothing is lost if the page goes now.
  get isKept() {
    return !this.isDirty || this.isKeptHere;
  }

  // What an earlier page of this form could not send: { number, values }, or null.
  leftHere() {
    try {
      return JSON.parse(localStorage.getItem(this.key));
    } catch {
      return null;
    }
  }

  // An earlier page could not send all: it is sent now, and offered by the page when it is loaded again.
  async bring() {
    const left = this.leftHere();
    if (!left || this.isWaiting || left.number < this.number) return;
    const answer = await this.send({ values: left.values, takesOver: true, key: left.key });
    if (!answer) return;
    this.forgetHere();
    if (!answer.saved) window.location.reload();
  }

  async drop() {
    const body = new URLSearchParams({ drop: "1" });
    for (const name of ["form_key", "publication"]) body.set(name, this.form.elements[name]?.value ?? "");
    const response = await this.post(body);
    await response.text();
    if (!response.ok) throw new Error(`${response.status}`);
    this.number = 0;
    this.isWaiting = false;
    if (this.isDirty) this.changed();
  }

  forgetHere() {
    try {
      localStorage.removeItem(this.key);
    } catch {}
  }

  // All of it was saved, or is not wanted.
  settled(at) {
    clearTimeout(this.timer);
    clearTimeout(this.localTimer);
    this.isDirty = false;
    this.since = undefined;
    this.number = 0;
    this.forgetHere();
    if (at) this.say("saved", { at });
  }

  async send({ takesOver = false, values, key = "" } = {}) {
    if (!values && !this.isDirty) return null;
    if (this.isSending) {
      this.sendAfter(SERVER_AFTER_MS);
      return null;
    }
    this.isSending = true;
    const sent = values ?? this.values();
    const body = new URLSearchParams({ ...sent, tab: this.tab, number: this.number });
    for (const name of ["form_key", "publication"]) body.set(name, this.form.elements[name]?.value ?? "");
    if (takesOver) body.set("takes_over", "1");
    if (key) body.set("sent", key); // the server knows whether that form was done
    try {
      const response = await this.post(body);
      if (response.ok) return this.kept(await response.json(), sent, Boolean(values));
      if (response.status === 409) this.offerTab(await response.json());
      else if (response.status < 500) this.say(null, { text: (await response.json()).error });
      else this.failed();
    } catch (error) {
      this.failed(error);
    } finally {
      this.isSending = false;
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
    const body = new URLSearchParams({ ...this.values(), checks: "1" });
    for (const name of ["form_key", "publication"]) body.set(name, this.form.elements[name]?.value ?? "");
    const response = await this.post(body);
    if (response.ok) showMissing((await response.json()).missing);
  }

  kept(answer, sent, isOfEarlier) {
    this.failures = 0;
    if (isOfEarlier) return answer;
    showMissing(answer.missing);
    this.number = answer.number;
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
