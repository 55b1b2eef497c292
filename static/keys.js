// Keys: a button or link with data-key answers to that key while no field has focus. `?` lists them. Off in the profile.
"use strict";
{
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const isOn = () => document.body.dataset.keys !== "off";
  const isTyping = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const isShown = (element) => element.checkVisibility();
  let afterG = false;

  // --- The row under the keyboard ---
  const rows = () => all("[data-rows] tbody > tr:not(.sub), .queue[data-rows] > li").filter(isShown);
  const cursor = () => rows().find((row) => row.classList.contains("is-cursor"));
  const moveTo = (row) => {
    cursor()?.classList.remove("is-cursor");
    row.classList.add("is-cursor");
    row.scrollIntoView({ block: "nearest" });
    if (!document.activeElement?.closest("[data-rows]")) return;
    one("a", row)?.focus({ preventScroll: true });
  };
  const step = (by) => {
    const list = rows();
    if (!list.length) return;
    const at = list.indexOf(cursor());
    moveTo(list[at < 0 ? 0 : Math.min(Math.max(at + by, 0), list.length - 1)]);
  };
  const tick = (withShift) => {
    const box = cursor() && one("[data-pick]", cursor());
    box?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: withShift }));
  };
  const open = () => (cursor() ? one("a", cursor()) : one("[data-primary]"))?.click();
  const clear = () => one("[data-bulk]:not([hidden]) button[data-bulk-clear]")?.click();

  // --- What keys do everywhere; keys of the page come first ---
  const common = {
    "/": () => one("[data-focus-key='/']")?.focus(),
    f: () => one("[data-filters] [name=q]")?.focus(),
    j: () => step(1),
    k: () => step(-1),
    x: () => tick(false),
    X: () => tick(true),
    Escape: clear,
    "?": () => showKeys(),
  };

  const press = (key) => {
    const own = all(`[data-key="${CSS.escape(key)}"]`).find((element) => isShown(element) && !element.disabled);
    if (own) return own.click() ?? true;
    if (!common[key]) return false;
    common[key]();
    return true;
  };
  const go = (key) => one(`[data-go="${CSS.escape(key)}"]`)?.click();

  document.addEventListener("keydown", (event) => {
    const inDialog = one("dialog[open]");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = event.target.closest("form") ?? one("[data-form]");
      one("[data-submit]", form ?? document)?.click();
      return;
    }
    if (event.key === "Escape" && isTyping(event.target) && !inDialog) return void event.target.blur();
    if (event.ctrlKey || event.metaKey || event.altKey || inDialog || isTyping(event.target)) return;
    if (event.key === "Escape") return void clear();
    if (!isOn()) return;
    if (event.key === "Enter") {
      if (event.target === document.body || event.target.matches("main, [data-pick]")) {
        event.preventDefault();
        open();
      }
      return;
    }
    if (afterG) {
      afterG = false;
      go(event.key);
      return void event.preventDefault();
    }
    if (event.key === "g") {
      afterG = true;
      return void setTimeout(() => (afterG = false), 1500);
    }
    if (press(event.key)) event.preventDefault();
  });

  // --- The list of keys: what every page has, then what this page's buttons carry ---
  const describe = () => {
    const list = one("#keys [data-key-list]");
    all("[data-own]", list).forEach((line) => line.remove());
    const add = (keys, words) => {
      const term = document.createElement("dt");
      keys.forEach((key) => term.append(Object.assign(document.createElement("kbd"), { textContent: key }), " "));
      const meaning = Object.assign(document.createElement("dd"), { textContent: words });
      [term, meaning].forEach((part) => (part.dataset.own = ""));
      list.append(term, meaning);
    };
    const words = (element) => (element.getAttribute("aria-label") ?? [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join(" ")).trim();
    all("[data-go]").filter((link) => link.dataset.go !== "w").forEach((link) => add(["g", link.dataset.go], `Go to ${words(link)}`));
    all("main [data-key]").filter(isShown).forEach((button) => add([button.dataset.key], words(button)));
  };
  const showKeys = () => {
    describe();
    one("#keys").showModal();
  };
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-show-keys]")) return;
    event.preventDefault();
    showKeys();
  });
}
