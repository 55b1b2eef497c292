// The frame of every page: menus that close, the side menu on phones, dialogs, panels that fail, forms with faults.
"use strict";
{
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // --- Menus (details.drop): one open at a time, closed by Esc or a click elsewhere ---
  const closeMenus = (except) => all("details.drop[open]").forEach((menu) => menu.contains(except) || menu.removeAttribute("open"));
  document.addEventListener("click", (event) => closeMenus(event.target));
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.activeElement?.closest("details.drop[open]");
    if (!menu) return;
    menu.removeAttribute("open");
    one("summary", menu).focus();
    event.stopPropagation();
  }, true);

  // --- The side menu on narrow screens ---
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-toggle-menu]");
    if (!button) return;
    event.preventDefault();
    const open = one("#menu").classList.toggle("is-shown");
    button.setAttribute("aria-expanded", String(open));
    if (open) one("#menu a")?.focus();
  });

  // --- Questions in a dialog: a link with data-ask shows the page behind it, which is a page of its own without scripts ---
  const ask = () => one("#ask");
  const showQuestion = (title, body) => {
    const head = document.createElement("div");
    head.className = "panel-head";
    const heading = document.createElement("h2");
    heading.id = "ask-title";
    heading.textContent = title;
    head.append(heading);
    ask().replaceChildren(head, body);
    ask().showModal();
    one("input:not([type=hidden]), [data-ask-close], button", body)?.focus();
  };
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-ask]");
    if (link && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      const answer = await fetch(link.href, { headers: { "X-Requested-With": "fetch" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const body = one("[data-ask-body]", page);
      if (!answer.ok || !body) return void (location.href = link.href);
      showQuestion(one("h1", page).textContent, document.adoptNode(body));
    }
    if (event.target.closest("[data-ask-close]") && ask().open) {
      event.preventDefault();
      ask().close();
    }
  });

  // --- hx-confirm asks in our dialog; its button repeats the verb ---
  document.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    const body = document.createElement("form");
    body.method = "dialog";
    const text = document.createElement("p");
    text.className = "panel-body mb-0";
    text.textContent = event.detail.question;
    const foot = document.createElement("div");
    foot.className = "panel-foot rowline";
    const yes = document.createElement("button");
    yes.className = "btn btn-danger";
    yes.textContent = event.detail.elt.dataset.verb || event.detail.elt.textContent.trim();
    yes.addEventListener("click", () => event.detail.issueRequest(true));
    const no = document.createElement("button");
    no.className = "btn btn-plain";
    no.textContent = "Keep it as it is";
    foot.append(yes, no);
    body.append(text, foot);
    showQuestion(event.detail.elt.textContent.trim(), body);
    no.focus();
  });

  // --- Panels loaded by htmx keep their errors to themselves ---
  const failed = (event) => {
    const panel = event.target.closest?.("[data-panel]");
    if (!panel || event.detail.elt !== panel) return;
    const again = document.createElement("button");
    again.className = "btn btn-sm btn-plain";
    again.type = "button";
    again.textContent = "Try again";
    again.addEventListener("click", () => htmx.trigger(panel, "load"));
    const line = document.createElement("p");
    line.className = "rowline mb-0";
    line.setAttribute("role", "alert");
    line.append(`${panel.getAttribute("aria-label")} could not be loaded.`, again);
    const body = document.createElement("div");
    body.className = "panel-body";
    body.append(line);
    panel.replaceChildren(body);
  };
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);

  // --- Anything else that fails says so above the page; the session may have ended ---
  const say = (text) => {
    const line = document.createElement("div");
    line.className = "outcome is-bad";
    line.textContent = text;
    one("#outcomes")?.replaceChildren(line);
  };
  document.addEventListener("htmx:responseError", (event) => {
    if (!event.target.closest?.("[data-panel]")) say("This could not be done. Load the page again, then try once more.");
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (!event.target.closest?.("[data-panel]")) say("There is no connection. What you typed is still here; try again.");
  });

  // --- Forms: the first field with a fault gets the focus; a form that is on its way says so and is sent once ---
  const focusFault = (root) => one("[aria-invalid=true]", root)?.focus();
  document.addEventListener("DOMContentLoaded", () => focusFault(document));
  document.addEventListener("htmx:afterSettle", (event) => focusFault(event.detail.elt));
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!event.target.matches("[data-form]") || !button || event.defaultPrevented) return;
    setTimeout(() => {
      button.disabled = true;
      setTimeout(() => (button.disabled = false), 10000);
    });
  });
  addEventListener("pageshow", () => all("[data-form] button[disabled]").forEach((button) => (button.disabled = false)));

  // --- Leave empty fields out of addresses ---
  document.addEventListener("htmx:configRequest", (event) => {
    const { verb, parameters } = event.detail;
    if (verb !== "get") return;
    for (const name of [...parameters.keys()]) if (parameters.getAll(name).every((value) => value === "")) parameters.delete(name);
  });
}
