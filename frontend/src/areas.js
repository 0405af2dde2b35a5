// Maps of areas: the name and value of the area under the pointer, or under the finger, in a line below the map.
for (const box of document.querySelectorAll("[data-areas]")) {
  const told = box.querySelector("[data-areas-told]");
  const hint = told.textContent;
  let lit = null;
  const light = (area) => {
    if (area === lit) return;
    lit?.classList.remove("is-lit");
    lit = area;
    lit?.classList.add("is-lit");
    told.textContent = lit?.dataset.told ?? hint;
    told.classList.toggle("is-told", lit !== null);
  };
  told.hidden = false;
  box.addEventListener("pointerover", ({ target }) => light(target.closest("[data-told]")));
  box.addEventListener("click", ({ target }) => light(target.closest("[data-told]")));
  box.addEventListener("focusin", ({ target }) => light(target.querySelector?.("[data-told]") ?? null));
  box.addEventListener("pointerleave", ({ pointerType }) => pointerType === "mouse" && light(null));
}
