// A strip's form shows the fields of what is chosen; without this script all of them stand there.
const [source, place, of, sections] = ["source", "place", "of", "sections"].map((name) =>
  document.querySelector(`#id_${name}`),
);
if (source) {
  const show = () => {
    for (const part of document.querySelectorAll("fieldset.source")) {
      part.hidden = !part.classList.contains(`source-${source.value}`);
    }
    document.querySelector(".form-row.field-section").hidden = place.value !== "section";
    document.querySelector(".form-row.field-count").hidden = source.value === "picked"; // all of them
    const site = of.selectedOptions[0].text;
    for (const group of sections.querySelectorAll("optgroup")) {
      group.hidden = group.disabled = group.label !== site;
      if (group.hidden) for (const option of group.children) option.selected = false;
    }
  };
  for (const field of [source, place, of]) field.addEventListener("change", show);
  show();
}
// In a preview, the strip is brought into sight: pictures above it, which load late, push it down.
for (const part of document.querySelectorAll("[data-shows]")) {
  const frame = part.querySelector("iframe");
  frame.addEventListener("load", () => {
    const strip = frame.contentDocument.getElementById(part.dataset.shows);
    if (!strip) return;
    const bring = () => strip.scrollIntoView();
    for (const picture of frame.contentDocument.images) picture.loading = "eager";
    new frame.contentWindow.ResizeObserver(bring).observe(frame.contentDocument.body);
    frame.contentWindow.addEventListener("resize", bring);
    bring();
  });
}
