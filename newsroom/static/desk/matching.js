// Offers without a product by keyboard: j and k move, a digit chooses that product, n makes one, x sets aside, u undoes.
// Without this script each row is a form. Keys can be switched off (WCAG 2.1.4), and a held key acts once, but for j and k.
import { keysSwitch } from "./keys.js";

const rows = [...document.querySelectorAll("[data-matching] .queue-row")];
let current = 0;

function goTo(number) {
  if (!rows[number]) return;
  rows[current].classList.remove("is-current");
  current = number;
  rows[current].classList.add("is-current");
  rows[current].focus({ preventScroll: true });
  rows[current].scrollIntoView({ block: "nearest" });
}

const COMMANDS = {
  j: () => goTo(rows[current]?.contains(document.activeElement) ? current + 1 : current),
  k: () => goTo(current - 1),
  u: () => document.querySelector("[data-last] button")?.click(),
  o: () => rows[current]?.querySelector("[data-opens-page]").click(),
  "/": () => rows[current]?.querySelector("[name=words]").focus(),
  "?": () => document.getElementById("keys").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("textarea, select, input:not([type=checkbox])")) {
    if (event.key === "Escape") goTo(current);
    return;
  }
  const areKeysOff = !keysSwitch.checked && event.key !== "?";
  if (document.getElementById("keys").open || areKeysOff) return;
  const key = event.key.toLowerCase();
  if (event.repeat && key !== "j" && key !== "k") return;
  const button = /^[1-9nxr]$/.test(key) && rows[current]?.querySelector(`[data-key="${key}"]`);
  const command = button ? () => button.click() : Object.hasOwn(COMMANDS, key) && COMMANDS[key];
  if (!command) return;
  event.preventDefault();
  command();
});

for (const [number, row] of rows.entries()) row.addEventListener("focusin", () => number !== current && goTo(number));
rows[0]?.classList.add("is-current"); // without moving the focus from the beginning of the page
