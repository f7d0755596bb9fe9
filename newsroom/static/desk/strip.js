// A strip's form shows the fields of the source that is chosen; without this script all of them stand there.
const source = document.querySelector("#id_source");
if (source) {
  const show = () => {
    for (const part of document.querySelectorAll("fieldset.source")) {
      part.hidden = !part.classList.contains(`source-${source.value}`);
    }
  };
  source.addEventListener("change", show);
  show();
}
