// The focal point is set by pointing at the picture; the two numbers stay, for keyboards.
document.addEventListener("DOMContentLoaded", () => {
  const picture = document.querySelector(".focal-picture");
  const [x, y] = ["id_focal_x", "id_focal_y"].map((id) => document.getElementById(id));
  if (!picture || !x || !y) return;
  const mark = document.createElement("span");
  mark.className = "focal-mark";
  picture.append(mark);
  const place = () => { mark.style.left = `${x.value}%`; mark.style.top = `${y.value}%`; };
  picture.addEventListener("click", (event) => {
    const box = picture.getBoundingClientRect();
    x.value = Math.round((100 * (event.clientX - box.left)) / box.width);
    y.value = Math.round((100 * (event.clientY - box.top)) / box.height);
    place();
  });
  [x, y].forEach((field) => field.addEventListener("input", place));
  place();
});
