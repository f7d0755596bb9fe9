// Click to load: an embed's facade is replaced by the player only on a click. Without this script it is a link to the
// original post.
for (const figure of document.querySelectorAll(".embed[data-player]")) {
  const facade = figure.querySelector(".facade");
  facade.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    const player = document.createElement("iframe");
    player.src = figure.dataset.player;
    player.title = facade.querySelector("b").textContent;
    player.allow = "fullscreen; picture-in-picture; encrypted-media";
    player.referrerPolicy = "strict-origin-when-cross-origin";
    facade.replaceWith(player);
    player.focus();
  });
}
