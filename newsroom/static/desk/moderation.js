// The queue by keyboard: j k to move, a r s b to decide, u to undo, x to choose, m for the reason, ? for help. Without it
// each row is a form. Keys can be switched off (WCAG 2.1.4), and never repeat while held down.
const rows = document.querySelector("[data-rows]");
const bar = document.querySelector("[data-queue]");
const said = document.querySelector("[data-said]");
const words = JSON.parse(document.getElementById("queue-words-said").textContent);
const all_form = document.getElementById("for-all");
const reason = document.getElementById("queue-reason");
const KEYS = { a: "approve", r: "reject", s: "spam", b: "block" };
const history = []; // what was done here: { batch, rows }
let busy = Promise.resolve();
let waiting = 0; // what was asked of the desk and is not answered yet
function inTurn(work) {
  waiting += 1;
  rows.setAttribute("aria-busy", "true");
  busy = busy.then(work).finally(() => {
    waiting -= 1;
    rows.setAttribute("aria-busy", String(waiting > 0));
  });
}

const all = () => [...rows.querySelectorAll(".queue-row")];
const open = () => all().filter((row) => !row.classList.contains("is-decided"));
const current = () => rows.querySelector(".queue-row.is-current");

function point(row) {
  current()?.classList.remove("is-current");
  row?.classList.add("is-current");
}
function go(row) {
  if (!row) return;
  point(row);
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  if (open().length - open().indexOf(row) < 12) fetchMore();
}
function step(by) {
  const list = all();
  const at = list.indexOf(current());
  for (let n = at + by; n >= 0 && n < list.length; n += by)
    if (!list[n].classList.contains("is-decided")) return go(list[n]);
  return undefined;
}

async function ask(url, data) {
  const body = new URLSearchParams(data);
  for (const name of ["csrfmiddlewaretoken", "publication"]) body.set(name, all_form.elements[name].value);
  const answer = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}
function count(tabs) {
  for (const [name, number] of Object.entries(tabs || {}))
    document.querySelector(`[data-tab="${name}"]`).textContent = number;
}
function mark(row, text, kind) {
  row.querySelector(".queue-mark")?.remove();
  const note = document.createElement("p");
  note.className = `queue-mark queue-mark-${kind}`;
  note.textContent = text;
  row.prepend(note);
}

// Shown at once, sent in the order of the keys; what is refused comes back and says why.
function decide(chosen, decision) {
  if (!bar || !chosen.length) return;
  const why = reason.value;
  reason.value = ""; // of this act, and no other
  document.querySelector("[data-last]")?.remove();
  const first = chosen[0];
  for (const row of chosen) {
    row.classList.add("is-decided");
    mark(row, words.done[decision], decision);
  }
  const next =
    all()
      .slice(all().indexOf(first) + 1)
      .find((row) => !row.classList.contains("is-decided")) || open().at(-1);
  current()?.classList.remove("is-current");
  go(next);
  inTurn(async () => {
    try {
      const data = chosen.map((row) => ["seen", row.dataset.seen]);
      const answer = await ask(bar.dataset.decide, [...data, ["decision", decision], ["reason", why]]);
      count(answer.tabs);
      for (const [pk, left] of Object.entries(answer.refused)) {
        await refresh(pk, left);
        said.textContent = left;
      }
      const done = chosen.filter((row) => answer.done.includes(Number(row.dataset.seen.split(":")[0])));
      if (answer.batch) history.push({ batch: answer.batch, rows: done });
      if (done.length) said.textContent = `${words.done[decision]} (${done.length})`;
      if (waiting === 1 && !open().length && !rows.querySelector("[data-next]")) said.textContent = words.empty;
      else if (!open().length) fetchMore();
    } catch {
      for (const row of chosen) {
        row.classList.remove("is-decided");
        row.querySelector(".queue-mark")?.remove();
      }
      said.textContent = words.failed;
    }
  });
}
// What another decided, or its author edited, is shown as it is now: it can be read and decided again.
async function refresh(pk, why) {
  const row = document.getElementById(`row-${pk}`);
  const answer = await fetch(`${bar.dataset.row.replace("/0/", `/${pk}/`)}?tab=${bar.dataset.at}`);
  const fresh =
    answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".queue-row");
  if (!fresh) {
    row.classList.remove("is-decided");
    mark(row, why, "refused");
    return;
  }
  if (row.classList.contains("is-current")) fresh.classList.add("is-current");
  row.replaceWith(document.adoptNode(fresh));
  mark(document.getElementById(`row-${pk}`), why, "refused");
}
function undo() {
  inTurn(async () => {
    const last = history.pop();
    const before = document.querySelector("[data-last]"); // what was done before this page was opened
    if (!last && before) {
      before.requestSubmit();
      return;
    }
    if (!last) {
      said.textContent = words.nothing;
      return;
    }
    try {
      const answer = await ask(bar.dataset.undo, [["batch", last.batch]]);
      if (answer.error) {
        said.textContent = answer.error;
        return;
      }
      for (const row of last.rows) {
        const pk = row.dataset.seen.split(":")[0];
        if (!(pk in answer.restored)) continue;
        row.dataset.seen = `${pk}:${answer.restored[pk]}`;
        row.querySelector("[name=seen]").value = row.dataset.seen;
        row.classList.remove("is-decided");
        row.querySelector(".queue-mark")?.remove();
      }
      count(answer.tabs);
      said.textContent = `${words.undone}: ${answer.message}`;
      go(last.rows[0]);
    } catch {
      history.push(last);
      said.textContent = words.failed;
    }
  });
}

// The next rows, well before the last is reached; one request at a time leaves this page.
let asked = false;
function fetchMore() {
  if (asked || !rows.querySelector("[data-next]")) return;
  asked = true;
  inTurn(async () => {
    try {
      const more = rows.querySelector("[data-next]");
      const answer = await fetch(`${more.dataset.next}&part=1`);
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      more.replaceWith(...[...page.body.children].map((row) => document.adoptNode(row)));
      if (!current()) go(open()[0]);
    } catch {
      said.textContent = words.failed;
    } finally {
      asked = false;
    }
  });
}

function chosenOrCurrent() {
  const chosen = open().filter((row) => row.querySelector(".queue-choose:checked"));
  return chosen.length ? chosen : [current()].filter((row) => row && !row.classList.contains("is-decided"));
}
rows.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button?.name) return;
  event.preventDefault();
  decide([button.closest(".queue-row")], button.value);
});
rows.addEventListener("focusin", (event) => point(event.target.closest(".queue-row")));
rows.addEventListener("click", (event) => {
  const row = event.target.closest(".queue-row");
  if (row && !event.target.closest("a, button, input")) go(row);
});
const switched = document.getElementById("keys-on");
try {
  switched.checked = localStorage.getItem("newsroom.keys") !== "off";
} catch {
  /* private window */
}
switched.addEventListener("change", () => {
  try {
    localStorage.setItem("newsroom.keys", switched.checked ? "on" : "off");
  } catch {
    /* private window */
  }
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("textarea, select, input:not([type=checkbox])")) {
    if (event.key === "Escape" || (event.key === "Enter" && event.target === reason)) {
      event.preventDefault();
      go(current() || open()[0]);
    }
    return;
  }
  const dialog = document.getElementById("keys");
  if (dialog.open || (!switched.checked && event.key !== "?")) return;
  const key = event.key.toLowerCase();
  const act =
    {
      j: () => (current()?.contains(document.activeElement) ? step(1) : go(current() || open()[0])),
      k: () => step(-1),
      u: undo,
      x: () => {
        const box = current()?.querySelector(".queue-choose");
        if (box) {
          box.checked = !box.checked;
          step(1);
        }
      },
      o: () => {
        const link = current()?.querySelector("[data-opens-page]");
        if (link) window.open(link.href, "_blank", "noopener");
      },
      m: () => reason?.focus(),
      "/": () => document.getElementById("queue-words").focus(),
      "?": () => dialog.showModal(),
    }[key] ||
    (KEYS[key] && (() => decide(chosenOrCurrent(), KEYS[key])));
  if (!act || (event.repeat && !"jk".includes(key))) return;
  event.preventDefault();
  act();
});
if (!current()) point(open()[0]); // without taking the focus from where the page begins
