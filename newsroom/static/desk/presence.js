// Who else has this article open, and in which field: asked every few seconds while the page is seen.
const EVERY_MS = 5_000;

export function watch(form, shown, words) {
  const url = form.dataset.presence;

  function body(extra = {}) {
    const field = document.activeElement?.closest("[class*=field-]");
    const name = [...(field?.classList ?? [])].find((one) => one.startsWith("field-"))?.slice("field-".length) ?? "";
    const token = form.elements.csrfmiddlewaretoken.value;
    return new URLSearchParams({ field: name, csrfmiddlewaretoken: token, ...extra });
  }

  async function ask() {
    if (document.visibilityState !== "visible") return;
    try {
      const headers = { Accept: "application/json" };
      const response = await fetch(url, { method: "POST", body: body(), redirect: "manual", headers });
      if (!response.ok) return;
      const { others } = await response.json();
      const lines = others.map(({ name, field }) =>
        (field ? words.field : words.open).replace("{name}", name).replace("{field}", field),
      );
      if (shown.textContent !== lines.join(" ")) shown.textContent = lines.join(" ");
    } catch {
      // no network: the autosave says so
    }
  }

  ask();
  setInterval(ask, EVERY_MS);
  form.addEventListener("focusin", ask);
  document.addEventListener("visibilitychange", ask);
  window.addEventListener("pagehide", () => navigator.sendBeacon(url, body({ leaves: "1" })));
}
