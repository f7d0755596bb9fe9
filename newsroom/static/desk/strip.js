// A card strip's form shows only the fields of the source and area chosen (all of them without this script), and its
// preview scrolls to the strip.
const [source, area, publication, sections] = ["source", "area", "source_publication", "sections"].map((name) =>
  document.querySelector(`#id_${name}`),
);
if (source) {
  const update = () => {
    for (const fieldset of document.querySelectorAll("fieldset.source")) {
      fieldset.hidden = !fieldset.classList.contains(`source-${source.value}`);
    }
    document.querySelector(".form-row.field-section").hidden = area.value !== "section";
    document.querySelector(".form-row.field-count").hidden = source.value === "picked"; // all of the picked are shown
    const publicationName = publication.selectedOptions[0].text;
    for (const group of sections.querySelectorAll("optgroup")) {
      const isOther = group.label !== publicationName;
      group.hidden = isOther;
      group.disabled = isOther;
      if (isOther) for (const option of group.children) option.selected = false;
    }
  };
  for (const field of [source, area, publication]) field.addEventListener("change", update);
  update();
}

// Images above the strip load late and push it down, so it is scrolled to again at each change of the page's height.
for (const preview of document.querySelectorAll("[data-shows]")) {
  const frame = preview.querySelector("iframe");
  frame.addEventListener("load", () => {
    const strip = frame.contentDocument.getElementById(preview.dataset.shows);
    if (!strip) return;
    const scrollToStrip = () => strip.scrollIntoView();
    for (const image of frame.contentDocument.images) image.loading = "eager";
    new frame.contentWindow.ResizeObserver(scrollToStrip).observe(frame.contentDocument.body);
    frame.contentWindow.addEventListener("resize", scrollToStrip);
    scrollToStrip();
  });
}
