// Says on the page what allauth's script only writes to the console: that a passkey was not taken.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const note = document.getElementById("passkey-error");
  if (note) note.hidden = false;
});
