// The token of this page's forms is renewed: after a sign-in in another tab the one that they were made with is refused.
// Throws an Error "signed_out", or "other_person" where somebody else has signed in than `form` was opened for.
export async function token(form) {
  const response = await fetch("/admin/token/", { redirect: "manual", headers: { Accept: "application/json" } });
  if (response.type === "opaqueredirect" || response.status === 403) throw new Error("signed_out");
  if (!response.ok) throw new Error("no_answer");
  const { person, token: fresh } = await response.json();
  if (form.dataset.person && form.dataset.person !== String(person)) throw new Error("other_person");
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = fresh;
}
