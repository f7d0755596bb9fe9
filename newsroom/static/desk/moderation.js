// The moderation queue by keyboard: j and k move, a r s b decide, u undoes, x chooses, m writes the reason, ? shows the
// keys. Without this script each row is a form. Keys can be switched off (WCAG 2.1.4), and a held key acts once, but for
// j and k.
import { keysSwitch } from "./keys.js";

const rows = document.querySelector("[data-rows]");
const bar = document.querySelector("[data-queue]");
const status = document.querySelector("[data-status]");
const words = JSON.parse(document.getElementById("queue-messages").textContent);
const bulkForm = document.getElementById("for-all");
const reason = document.getElementById("queue-reason");
const DECISION_KEYS = { a: "approve", r: "reject", s: "spam", b: "block" };
const REPEATING_KEYS = "jk";
const PREFETCH_ROWS = 12; // the next rows are fetched when fewer than these are left
const history = []; // decisions of this page that can be undone: { batch, rows }

// -- requests, one after the other, in the order of the keys ----------------------------------------------------------
let lastRequest = Promise.resolve();
let pendingRequests = 0;

function enqueue(work) {
  pendingRequests += 1;
  rows.setAttribute("aria-busy", "true");
  lastRequest = lastRequest.then(work).finally(() => {
    pendingRequests -= 1;
    rows.setAttribute("aria-busy", String(pendingRequests > 0));
  });
}

async function post(url, data) {
  const body = new URLSearchParams(data);
  for (const name of ["csrfmiddlewaretoken", "publication", "tab", "words", "article", "reader", "rule"]) {
    body.set(name, bulkForm.elements[name].value);
  }
  const response = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(response.status);
  return response.json();
}

// -- rows -------------------------------------------------------------------------------------------------------------
const isDecided = (row) => row.classList.contains("is-decided");
const allRows = () => [...rows.querySelectorAll(".queue-row")];
const openRows = () => allRows().filter((row) => !isDecided(row));
const currentRow = () => rows.querySelector(".queue-row.is-current");
const commentId = (row) => row.dataset.seen.split(":")[0];

function setCurrent(row) {
  currentRow()?.classList.remove("is-current");
  row?.classList.add("is-current");
}

function goTo(row) {
  if (!row) return;
  setCurrent(row);
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  if (openRows().length - openRows().indexOf(row) < PREFETCH_ROWS) fetchMore();
}

// Goes to the next open row (direction 1) or the one before (-1), if there is one.
function step(direction) {
  const list = allRows();
  for (let n = list.indexOf(currentRow()) + direction; n >= 0 && n < list.length; n += direction) {
    if (!isDecided(list[n])) {
      goTo(list[n]);
      return;
    }
  }
}

function chosenOrCurrent() {
  const chosen = openRows().filter((row) => row.querySelector(".queue-choose:checked"));
  return chosen.length ? chosen : [currentRow()].filter((row) => row && !isDecided(row));
}

function updateCounts({ tabs, matching }) {
  for (const [name, count] of Object.entries(tabs || {})) {
    document.querySelector(`[data-tab="${name}"]`).textContent = count;
  }
  const all = document.querySelector("[data-matching]");
  if (all && matching !== undefined) all.textContent = matching;
}

function addMark(row, text, kind) {
  row.querySelector(".queue-mark")?.remove();
  const mark = document.createElement("p");
  mark.className = `queue-mark queue-mark-${kind}`;
  mark.textContent = text;
  row.prepend(mark);
}

function reopen(row) {
  row.classList.remove("is-decided");
  row.querySelector(".queue-mark")?.remove();
}

// -- decide and undo --------------------------------------------------------------------------------------------------
// A decision is shown at once; rows that the server refuses come back with the reason.
function decide(chosen, decision) {
  if (!bar || !chosen.length) return;
  const reasonText = reason.value;
  reason.value = ""; // it belongs to this decision only
  document.querySelector("[data-last]")?.remove();
  for (const row of chosen) {
    row.classList.add("is-decided");
    addMark(row, words.done[decision], decision);
  }
  const list = allRows();
  const next = list.slice(list.indexOf(chosen[0]) + 1).find((row) => !isDecided(row)) || openRows().at(-1);
  setCurrent(null);
  goTo(next);
  enqueue(async () => {
    try {
      const seen = chosen.map((row) => ["seen", row.dataset.seen]);
      const payload = await post(bar.dataset.decide, [...seen, ["decision", decision], ["reason", reasonText]]);
      updateCounts(payload);
      for (const [id, refusal] of Object.entries(payload.refused)) {
        await refresh(id, refusal);
        status.textContent = refusal;
      }
      const done = chosen.filter((row) => payload.done.includes(Number(commentId(row))));
      if (payload.batch) history.push({ batch: payload.batch, rows: done });
      if (done.length) status.textContent = `${words.done[decision]} (${done.length})`;
      const isQueueEmpty = !openRows().length && !rows.querySelector("[data-next]");
      if (pendingRequests === 1 && isQueueEmpty) status.textContent = words.empty;
      else if (!openRows().length) fetchMore();
    } catch {
      chosen.forEach(reopen);
      status.textContent = words.failed;
    }
  });
}

// A comment that a colleague decided, or its author edited, meanwhile: shows it as it is now, to be decided again.
async function refresh(id, refusal) {
  const row = document.getElementById(`row-${id}`);
  const response = await fetch(`${bar.dataset.row.replace("/0/", `/${id}/`)}?tab=${bar.dataset.at}`);
  const page = response.ok && new DOMParser().parseFromString(await response.text(), "text/html");
  const changed = page?.querySelector?.(".queue-row");
  if (!changed) {
    row.classList.remove("is-decided");
    addMark(row, refusal, "refused");
    return;
  }
  if (row.classList.contains("is-current")) changed.classList.add("is-current");
  row.replaceWith(document.adoptNode(changed));
  addMark(document.getElementById(`row-${id}`), refusal, "refused");
}

function undo() {
  enqueue(async () => {
    const last = history.pop();
    const earlier = document.querySelector("[data-last]"); // the form that undoes what was done before this page
    if (!last && earlier) {
      earlier.requestSubmit();
      return;
    }
    if (!last) {
      status.textContent = words.nothing;
      return;
    }
    try {
      const payload = await post(bar.dataset.undo, [["batch", last.batch]]);
      if (payload.error) {
        status.textContent = payload.error;
        return;
      }
      for (const row of last.rows) {
        const id = commentId(row);
        if (!(id in payload.restored)) continue;
        row.dataset.seen = `${id}:${payload.restored[id]}`;
        row.querySelector("[name=seen]").value = row.dataset.seen;
        reopen(row);
      }
      updateCounts(payload);
      status.textContent = `${words.undone}: ${payload.message}`;
      goTo(last.rows[0]);
    } catch {
      history.push(last);
      status.textContent = words.failed;
    }
  });
}

// -- the next rows ----------------------------------------------------------------------------------------------------
let isFetching = false;

function fetchMore() {
  if (isFetching || !rows.querySelector("[data-next]")) return;
  isFetching = true;
  enqueue(async () => {
    try {
      const link = rows.querySelector("[data-next]");
      const response = await fetch(`${link.dataset.next}&part=1`);
      if (!response.ok) throw new Error(response.status);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      link.replaceWith(...[...page.body.children].map((row) => document.adoptNode(row)));
      if (!currentRow()) goTo(openRows()[0]);
    } catch {
      status.textContent = words.failed;
    } finally {
      isFetching = false;
    }
  });
}

// -- the mouse and the focus ------------------------------------------------------------------------------------------
rows.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button?.name) return;
  event.preventDefault();
  decide([button.closest(".queue-row")], button.value);
});
rows.addEventListener("focusin", (event) => setCurrent(event.target.closest(".queue-row")));
rows.addEventListener("click", (event) => {
  const row = event.target.closest(".queue-row");
  if (row && !event.target.closest("a, button, input")) goTo(row);
});

// -- the keys ---------------------------------------------------------------------------------------------------------
function toggleChoice() {
  const box = currentRow()?.querySelector(".queue-choose");
  if (!box) return;
  box.checked = !box.checked;
  step(1);
}

function openComment() {
  const link = currentRow()?.querySelector("[data-opens-page]");
  if (link) window.open(link.href, "_blank", "noopener");
}

const COMMANDS = {
  j: () => (currentRow()?.contains(document.activeElement) ? step(1) : goTo(currentRow() || openRows()[0])),
  k: () => step(-1),
  u: undo,
  x: toggleChoice,
  o: openComment,
  m: () => reason?.focus(),
  "/": () => document.getElementById("queue-words").focus(),
  "?": () => document.getElementById("keys").showModal(),
};
for (const [key, decision] of Object.entries(DECISION_KEYS)) {
  COMMANDS[key] = () => decide(chosenOrCurrent(), decision);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("textarea, select, input:not([type=checkbox])")) {
    if (event.key === "Escape" || (event.key === "Enter" && event.target === reason)) {
      event.preventDefault();
      goTo(currentRow() || openRows()[0]);
    }
    return;
  }
  const areKeysOff = !keysSwitch.checked && event.key !== "?";
  if (document.getElementById("keys").open || areKeysOff) return;
  const key = event.key.toLowerCase();
  const command = Object.hasOwn(COMMANDS, key) && COMMANDS[key];
  if (!command || (event.repeat && !REPEATING_KEYS.includes(key))) return;
  event.preventDefault();
  command();
});

if (!currentRow()) setCurrent(openRows()[0]); // without moving the focus from the beginning of the page
