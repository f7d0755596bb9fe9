// Click-to-load: a facade becomes the player only when a reader asks. Without JavaScript it is a link to the post.
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
