// The window in which somebody signed in again: the pages that wait for it are told, and it goes.
new BroadcastChannel("signed-in").postMessage("");
window.close();
