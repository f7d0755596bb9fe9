// The focal point is set by pointing at the picture; the two numbers stay, for keyboards.
document.addEventListener("DOMContentLoaded", () => {
  const picture = document.querySelector(".focal-picture");
  const [x, y] = ["id_focal_x", "id_focal_y"].map((id) => document.getElementById(id));
  if (!picture || !x || !y) return;
  const mark = document.createElement("span");
  mark.className = "focal-mark";
  picture.append(mark);
  const place = () => {
    mark.style.left = `${x.value}%`;
    mark.style.top = `${y.value}%`;
  };
  const whole = picture.querySelector("img");
  // The crops as they will be once saved: the largest that hold the point as near their middle as they can.
  const crop = () => {
    for (const figure of document.querySelectorAll(".crops figure")) {
      const part = figure.querySelector("img");
      const [w, h] = figure.dataset.ratio.split("x").map(Number);
      const [across, down] = [whole.naturalWidth, whole.naturalHeight];
      const [wide, high] = [Math.min(across, (down * w) / h), Math.min(down, (across * h) / w)];
      const at = (point, size, shown) => {
        if (size - shown < 1) return 50;
        return 100 * Math.min(1, Math.max(0, ((point / 100) * size - shown / 2) / (size - shown)));
      };
      part.src = whole.src;
      part.style.objectPosition = `${at(x.value, across, wide)}% ${at(y.value, down, high)}%`;
    }
  };
  picture.addEventListener("click", (event) => {
    const box = picture.getBoundingClientRect();
    x.value = Math.round((100 * (event.clientX - box.left)) / box.width);
    y.value = Math.round((100 * (event.clientY - box.top)) / box.height);
    place();
    crop();
  });
  [x, y].forEach((field) =>
    field.addEventListener("input", () => {
      place();
      crop();
    }),
  );
  place();
});
