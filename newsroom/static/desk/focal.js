// The focal point is set by a click on the image; its two number fields stay, for keyboards.
document.addEventListener("DOMContentLoaded", () => {
  const image = document.querySelector(".focal-image");
  const [x, y] = ["id_focal_x", "id_focal_y"].map((id) => document.getElementById(id));
  if (!image || !x || !y) return;
  const original = image.querySelector("img");
  const mark = document.createElement("span");
  mark.className = "focal-mark";
  image.append(mark);

  function placeMark() {
    mark.style.left = `${x.value}%`;
    mark.style.top = `${y.value}%`;
  }

  // CSS object-position, in percent, that puts `point` (percent of the image) as near the crop's middle as it can be.
  function objectPosition(point, fullSize, cropSize) {
    if (fullSize - cropSize < 1) return 50;
    const offset = ((point / 100) * fullSize - cropSize / 2) / (fullSize - cropSize);
    return 100 * Math.min(1, Math.max(0, offset));
  }

  // The crops as they will be once saved: the largest of each ratio.
  function showCrops() {
    const { naturalWidth: fullWidth, naturalHeight: fullHeight } = original;
    for (const figure of document.querySelectorAll(".crops figure")) {
      const crop = figure.querySelector("img");
      const [ratioWidth, ratioHeight] = figure.dataset.ratio.split("x").map(Number);
      const cropWidth = Math.min(fullWidth, (fullHeight * ratioWidth) / ratioHeight);
      const cropHeight = Math.min(fullHeight, (fullWidth * ratioHeight) / ratioWidth);
      crop.src = original.src;
      const left = objectPosition(x.value, fullWidth, cropWidth);
      const top = objectPosition(y.value, fullHeight, cropHeight);
      crop.style.objectPosition = `${left}% ${top}%`;
    }
  }

  function update() {
    placeMark();
    showCrops();
  }

  image.addEventListener("click", (event) => {
    const box = image.getBoundingClientRect();
    x.value = Math.round((100 * (event.clientX - box.left)) / box.width);
    y.value = Math.round((100 * (event.clientY - box.top)) / box.height);
    update();
  });
  for (const field of [x, y]) field.addEventListener("input", update);
  placeMark();
});
