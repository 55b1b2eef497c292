// Lists: ticking rows, the bulk bar, refusals below their rows, chips that are removed. Everything works without it, plainer.
"use strict";
{
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const ticks = () => all("[data-listing] [data-pick]");
  const ticked = () => ticks().filter((tick) => tick.checked);
  let last = null;

  const show = () => {
    const chosen = ticked();
    ticks().forEach((tick) => tick.closest("tr").classList.toggle("is-selected", tick.checked));
    const head = one("[data-pick-all]");
    if (head) {
      head.checked = chosen.length > 0 && chosen.length === ticks().length;
      head.indeterminate = chosen.length > 0 && !head.checked;
    }
    const bar = one("[data-bulk]");
    if (!bar) return;
    bar.hidden = chosen.length === 0;
    const everything = one("[data-bulk-all]", bar);
    const wanted = one("[data-all]", bar);
    const isAll = chosen.length > 0 && chosen.length === ticks().length;
    if (wanted && !isAll) wanted.value = "";
    if (everything) everything.hidden = !isAll || Boolean(wanted.value);
    one("[data-bulk-count]", bar).textContent = wanted?.value ? everything.textContent.replace("Select all", "All") : `${chosen.length} selected`;
    all("[data-bulk-clear]", bar).forEach((part) => (part.hidden = false));
  };

  const tickTo = (tick) => {
    const boxes = ticks();
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(tick)].sort((a, b) => a - b);
    if (from >= 0) boxes.slice(from, to + 1).forEach((box) => (box.checked = tick.checked));
  };

  document.addEventListener("click", (event) => {
    const tick = event.target.closest("[data-pick]");
    if (!tick) return;
    if (event.shiftKey && last) tickTo(tick);
    last = tick;
    show();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-pick-all]")) ticks().forEach((tick) => (tick.checked = event.target.checked));
    if (event.target.matches("[data-pick], [data-pick-all]")) {
      event.stopPropagation();
      show();
    }
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-bulk-all]")) return;
    one("[data-all]").value = location.search || "?";
    show();
  });
  document.addEventListener("reset", (event) => event.target.matches("[data-rows]") && setTimeout(show));

  // --- Answers of a bulk action: the rows load anew, each refusal stands below its row, which stays ticked ---
  const tellRows = () => {
    all("tr[data-say]").forEach((line) => line.remove());
    all("#outcomes [data-refused]").forEach((said) => {
      const row = document.getElementById(`row-${said.dataset.refused}`);
      if (!row) return;
      one("[data-pick]", row).checked = true;
      row.classList.add("has-sub");
      const line = row.ownerDocument.createElement("tr");
      line.className = "sub is-selected";
      line.dataset.say = "";
      const cell = document.createElement("td");
      cell.colSpan = row.cells.length - 1;
      const text = document.createElement("span");
      text.className = "rowsay t-bad";
      const icon = document.createElement("i");
      icon.className = "ti ti-alert-circle";
      icon.setAttribute("aria-hidden", "true");
      text.append(icon, said.textContent);
      cell.append(text);
      line.append(document.createElement("td"), cell);
      row.after(line);
      said.hidden = true;
    });
    show();
  };
  document.addEventListener("rows-changed", async () => {
    await htmx.ajax("GET", location.href, { target: "#list", select: "#list", swap: "outerHTML" });
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id === "outcomes") return;
    tellRows();
  });

  // --- A chip that is removed empties its field, so that the next letter typed does not bring it back ---
  document.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-unset]");
    if (!chip || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const form = one("[data-filters]");
    all(`[name="${CSS.escape(chip.dataset.unset)}"]`, form).forEach((field) => {
      if (field.type === "checkbox" || field.type === "radio") field.checked = false;
      else field.value = "";
    });
    one("[name=q]", form)?.focus();
    htmx.trigger(form, "submit");
  });

  // --- Files of the list follow the filter that stands in the address now ---
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-export] a");
    if (!link) return;
    const address = new URL(location.href);
    address.searchParams.set("export", new URL(link.href).searchParams.get("export"));
    address.searchParams.delete("page");
    link.href = address.href;
  });

  document.addEventListener("DOMContentLoaded", show);
}
