// The switch by which a person wants no keys (WCAG 2.1.4), remembered in this browser for every page that has keys.
const KEYS_STORAGE_KEY = "newsroom.keys";

export const keysSwitch = document.getElementById("keys-on");

try {
  keysSwitch.checked = localStorage.getItem(KEYS_STORAGE_KEY) !== "off";
} catch {
  // A private window has no storage.
}
keysSwitch.addEventListener("change", () => {
  try {
    localStorage.setItem(KEYS_STORAGE_KEY, keysSwitch.checked ? "on" : "off");
  } catch {
    // A private window has no storage.
  }
});
