/* Smoothness for the console; every page works without this file. One listener a kind, on the document. */
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const on = (name, act, options) => document.addEventListener(name, act, options);
  const closest = (event, selector) => event.target.closest?.(selector);

  /* Toasts */
  function toast(message, tone = "success") {
    const place = $("#toasts"), made = $("#toast-template").content.firstElementChild.cloneNode(true);
    made.classList.replace("info", tone);
    made.setAttribute("role", tone === "error" ? "alert" : "status");
    $("p", made).textContent = message;
    place.append(made);
    fade(made);
    while (place.children.length > 3) place.firstElementChild.remove();
  }
  function fade(one) {
    if (one.classList.contains("error")) return;
    let timer;
    const go = () => { timer = setTimeout(() => one.remove(), 6000); };
    one.addEventListener("pointerenter", () => clearTimeout(timer));
    one.addEventListener("pointerleave", go);
    go();
  }
  document.querySelectorAll(".toast").forEach(fade);
  on("console-toast", (event) => toast(event.detail.message, event.detail.tone));

  /* What goes wrong on the way: a server that fails without words, no connection, a session that has ended. */
  const said = (what) => $("#said")?.dataset[what] ?? "";
  on("htmx:before:response", (event) => {
    const { status, headers } = event.detail.ctx.response;
    if (status === 401 && $("#session")?.open) { event.preventDefault(); return; }
    if (status < 500 || headers.get("HX-Retarget")) return;
    event.preventDefault();
    toast(`${said("failed")} ${headers.get("X-Request-Id") ?? status}`, "error");
  });
  on("htmx:error", (event) => { if (event.detail.error instanceof TypeError && !event.detail.ctx?.response) toast(said("offline"), "error"); });
  on("signed-in", (event) => {
    document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((one) => { one.value = event.detail.token; });
    document.body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRFToken": event.detail.token }));
    $("#session").close();
    $("#session-body").replaceChildren();
    toast(said("signedIn"), "info");
  });

  /* What shows the present asks again by itself: while somebody looks, acts now and then, and reads nothing else. */
  let acted = Date.now();
  for (const name of ["pointermove", "keydown", "scroll"]) on(name, () => { acted = Date.now(); }, { passive: true, capture: true });
  on("htmx:before:request", (event) => {
    const live = event.detail.ctx.sourceElement;
    if (!live.matches("[data-live]")) return;
    if (document.hidden || Date.now() - acted > 600000 || $("dialog[open], :popover-open") || $("[data-past]", live)) event.preventDefault();
  });

  /* Addresses of lists say only what narrows them. */
  on("htmx:config:request", (event) => {
    const { sourceElement, request } = event.detail.ctx;
    if (!sourceElement.matches("form.toolbar")) return;
    for (const [key, value] of [...request.body]) if (value === "") request.body.delete(key);
  });

  /* Dialogs: what htmx loads into one opens it; a change that is done closes it. */
  const OF = { "dialog-body": "dialog", "drawer-body": "drawer", "session-body": "session" };
  on("htmx:after:swap", (event) => {
    const target = event.detail.ctx?.target; // a selector, where the answer has named another place
    const id = typeof target === "string" ? target.slice(1) : target?.id ?? event.target.id;
    const dialog = OF[id] && document.getElementById(OF[id]);
    const notice = id?.endsWith("-notice") && document.getElementById(id);
    if (notice && !notice.closest("dialog").open) { toast(notice.textContent.trim(), "error"); notice.replaceChildren(); return; }
    if (!dialog) { focusErrors(event.target); return; }
    $(".notice", dialog)?.replaceChildren();
    const title = $("h2", dialog);
    if (title) dialog.setAttribute("aria-label", title.textContent);
    if (!dialog.open) dialog.showModal();
    if (!focusErrors(dialog)) $("[autofocus], .dialog-body input:not([type=hidden]), .dialog-body select, .dialog-body textarea", dialog)?.focus();
  });
  on("console-done", () => document.querySelectorAll("dialog[open]").forEach((one) => one.close()));
  on("click", (event) => {
    const closer = closest(event, "[data-close]");
    const dialog = closer?.closest("dialog");
    if (dialog) { event.preventDefault(); dialog.close(); }
    if (event.target.matches("dialog") && event.target.open && !("closedBy" in HTMLDialogElement.prototype)) event.target.close();
    if (!("command" in HTMLButtonElement.prototype)) {
      const button = closest(event, "[commandfor]");
      const other = button && document.getElementById(button.getAttribute("commandfor"));
      if (other) button.getAttribute("command") === "close" ? other.close() : other.showModal();
    }
    closest(event, "[data-dismiss]")?.closest(".toast").remove();
  });
  function focusErrors(root) {
    const summary = $("[data-errors]", root) ?? (root.matches?.("[data-errors]") ? root : null);
    if (!summary) return false;
    const field = $("[aria-invalid=true]", summary.closest("form") ?? document);
    (field?.closest(".combo")?.querySelector("input") ?? field ?? summary).focus();
    return true;
  }
  focusErrors(document);

  /* Menus: arrows, Home, End; placed by hand where the browser has no anchors. */
  const items = (menu) => [...menu.querySelectorAll("a:not([aria-disabled=true]), button:not([disabled])")].filter((one) => one.checkVisibility());
  on("toggle", (event) => {
    const menu = event.target;
    if (!menu.matches?.(".menu")) return;
    const button = $(`[popovertarget="${menu.id}"]`);
    button?.setAttribute("aria-expanded", event.newState === "open");
    if (event.newState !== "open") return;
    if (button && !CSS.supports("anchor-name: --a")) {
      const box = button.getBoundingClientRect();
      menu.style.setProperty("left", `${Math.max(8, Math.min(box.right - menu.offsetWidth, innerWidth - menu.offsetWidth - 8))}px`);
      menu.style.setProperty("top", `${Math.max(8, Math.min(box.bottom + 6, innerHeight - menu.offsetHeight - 8))}px`);
    }
    if (menu.getAttribute("role") === "menu") items(menu)[0]?.focus();
  }, true);
  on("keydown", (event) => {
    const menu = closest(event, ".menu[role=menu], #hits, #palette");
    if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
    const list = menu.matches(".menu") ? items(menu) : [...document.querySelectorAll("#hits a")];
    if (!list.length || (event.target.matches("input") && ["Home", "End"].includes(event.key))) return;
    const at = list.indexOf(document.activeElement);
    const to = { ArrowDown: (at + 1) % list.length, ArrowUp: at < 1 ? list.length - 1 : at - 1, Home: 0, End: list.length - 1 }[event.key];
    event.preventDefault();
    list[to].focus();
  });
  on("click", (event) => { closest(event, ".menu :is(a, button)")?.closest(".menu[role=menu]")?.hidePopover(); });

  /* Readings of a moment in other zones, on hover */
  let tip;
  on("pointerover", (event) => {
    const one = closest(event, "[data-tip]");
    if (!one || one === tip?.of) return;
    const text = one.getAttribute("title") || one.dataset.said;
    if (!text) return;
    one.dataset.said = text;
    one.removeAttribute("title");
    tip?.remove();
    tip = Object.assign(document.createElement("div"), { className: "tip", textContent: text, popover: "manual" });
    tip.of = one;
    (one.closest("dialog[open]") ?? document.body).append(tip);
    tip.showPopover();
    const box = one.getBoundingClientRect();
    tip.style.setProperty("left", `${Math.max(8, Math.min(box.left, innerWidth - tip.offsetWidth - 8))}px`);
    tip.style.setProperty("top", `${box.top - tip.offsetHeight - 6 > 0 ? box.top - tip.offsetHeight - 6 : box.bottom + 6}px`);
  });
  on("pointerout", (event) => {
    if (!tip || !closest(event, "[data-tip]")) return;
    tip.of.setAttribute("title", tip.of.dataset.said);
    tip.remove();
    tip = null;
  });

  /* Copy */
  on("click", async (event) => {
    const button = closest(event, "[data-copy]");
    if (!button) return;
    event.preventDefault();
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      const area = document.body.appendChild(document.createElement("textarea"));
      area.value = button.dataset.copy;
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    toast(document.documentElement.dataset.copied, "info");
  });

  /* Theme: at once, and remembered as the server remembers it */
  on("submit", (event) => {
    if (!event.target.matches("[data-theme-form]")) return;
    event.preventDefault();
    const root = document.documentElement;
    const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
    const secure = location.protocol === "https:" ? ";secure" : "";
    document.cookie = `theme=${root.dataset.theme};path=/;max-age=31536000;samesite=lax${secure}`;
  });

  /* Keys */
  let waiting = 0;
  const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");
  function openPalette(term = "") {
    const palette = $("#palette"), input = $("#palette-input");
    if (!palette || palette.open) return;
    palette.showModal();
    input.value = term;
    input.focus();
    input.dispatchEvent(new CustomEvent("palette-open"));
  }
  function row(step) {
    const links = [...document.querySelectorAll(".table.links tbody tr :is(th, td):first-child > a")];
    const at = links.findIndex((one) => one === document.activeElement);
    links[Math.max(0, Math.min(links.length - 1, at + step))]?.focus();
  }
  on("keydown", (event) => {
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") { event.preventDefault(); openPalette(); return; }
    if (event.metaKey || event.ctrlKey || event.altKey || typing(event.target) || $("dialog[open]")) return;
    if (Date.now() - waiting < 1200) {
      const link = $(`.side [data-key="${CSS.escape(event.key)}"]`);
      waiting = 0;
      if (link) { event.preventDefault(); link.click(); return; }
    }
    if (event.key === "g") waiting = Date.now();
    else if (event.key === "/") { event.preventDefault(); ($("[data-list-search]") ?? $("#header-search"))?.focus(); }
    else if (event.key === "?") $("#help")?.showModal();
    else if (event.key === "j") row(1);
    else if (event.key === "k") row(-1);
    else $(`[data-hotkey="${CSS.escape(event.key)}"]`)?.click();
  });

  /* One box in the head ticks the rows of the page: data-tick-all names their form. */
  const ticks = (form) => [...document.querySelectorAll(`input[name="row"][form="${CSS.escape(form)}"]`)];
  on("change", (event) => {
    const box = event.target, form = box.dataset?.tickAll;
    if (form) for (const one of ticks(form)) one.checked = box.checked;
    if (form || box.name !== "row" || !box.form) return;
    const all = $(`[data-tick-all="${CSS.escape(box.form.id)}"]`), boxes = ticks(box.form.id), count = boxes.filter((one) => one.checked).length;
    if (all) { all.checked = count === boxes.length; all.indeterminate = count > 0 && count < boxes.length; }
  });

  /* On a narrow screen the tab that is shown comes into view. */
  const showTab = () => { const tab = $(".tabs [aria-current]"), row = tab?.parentElement; if (tab) row.scrollLeft = tab.offsetLeft - (row.clientWidth - tab.clientWidth) / 2; };
  on("htmx:after:swap", showTab);
  showTab();
})();
