/* Forms: one send at a time, rows that grow, selects that one can search in. */
(() => {
  "use strict";
  const on = (name, act, options) => document.addEventListener(name, act, options);

  /* One press is one request: the form stays locked until its answer is there. */
  on("submit", (event) => {
    const form = event.target;
    if (form.dataset.guard === undefined || event.defaultPrevented) return;
    if (form.classList.contains("is-sending")) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    form.classList.add("is-sending");
  }, true);
  const free = () => document.querySelectorAll("form.is-sending").forEach((form) => form.classList.remove("is-sending"));
  on("htmx:finally:request", free);
  addEventListener("pageshow", free);

  /* Rows */
  on("click", (event) => {
    const add = event.target.closest?.("[data-rows-add]");
    if (add) {
      const set = add.closest("[data-rows]"), prefix = set.dataset.rows;
      const total = document.getElementById(`id_${prefix}-TOTAL_FORMS`);
      const most = document.getElementById(`id_${prefix}-MAX_NUM_FORMS`);
      const template = set.querySelector(":scope > [data-rows-template]");
      if (!total || !template) return;
      event.preventDefault();
      if (most && Number(total.value) >= Number(most.value)) return;
      const holder = document.createElement("template");
      holder.innerHTML = template.innerHTML.replaceAll(`${prefix}-__prefix__`, `${prefix}-${total.value}`);
      total.value = Number(total.value) + 1;
      const made = holder.content.firstElementChild;
      set.querySelector(":scope > [data-rows-list]").append(made);
      enhance(made);
      window.htmx?.process(made);
      made.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    }
    const remove = event.target.closest?.("[data-row-remove] button");
    if (remove) {
      const row = remove.closest("[data-row]"), list = row.parentElement;
      row.querySelector("[data-row-remove] input").checked = true;
      row.classList.add("is-removed");
      (list.querySelector("[data-row]:not(.is-removed) :is(input, select)") ?? list.parentElement.querySelector("[data-rows-add]"))?.focus();
    }
  });

  /* Searchable select: the select stays and carries the value. */
  let number = 0;
  const plain = (text) => text.normalize("NFD").replace(/[̀-ͯ]/g, "").replaceAll("_", " ").toLowerCase();
  function combobox(select) {
    if (select.dataset.ready || select.disabled) return;
    select.dataset.ready = "yes";
    const id = `combo-${++number}`, box = document.createElement("div"), input = document.createElement("input"), list = document.createElement("ul");
    box.className = "combo";
    Object.assign(input, { type: "text", className: select.className, autocomplete: "off", id: `${select.id}-search` });
    input.placeholder = select.dataset.placeholder ?? (select.options[0]?.value === "" ? select.options[0].text : "");
    for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list" })) input.setAttribute(name, value);
    for (const name of ["aria-describedby", "aria-invalid"]) if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
    const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    if (label) { label.htmlFor = input.id; input.setAttribute("aria-label", label.firstChild.textContent.trim()); }
    list.id = id;
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.getAttribute("aria-label") ?? "");
    select.before(box);
    select.tabIndex = -1;
    select.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    box.append(select, input, use, list);
    use.outerHTML = document.querySelector(".top .search .i")?.outerHTML ?? "<span></span>";
    let active = -1;
    const chosen = () => { const one = select.selectedOptions[0]; return one && one.value !== "" ? one.text : ""; };
    const options = () => [...list.querySelectorAll("[role=option]")];
    const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); active = -1; };
    const mark = (at) => {
      options().forEach((one, index) => one.classList.toggle("is-active", index === at));
      active = at;
      const one = options()[at];
      if (one) { input.setAttribute("aria-activedescendant", one.id); one.scrollIntoView({ block: "nearest" }); }
    };
    function open(term = "") {
      const words = plain(term).split(/\s+/).filter(Boolean);
      list.replaceChildren();
      for (const option of select.options) {
        const text = plain(`${option.text} ${option.dataset.words ?? ""}`);
        if (!words.every((word) => text.includes(word))) continue;
        const one = document.createElement("li");
        one.id = `${id}-${option.index}`;
        one.setAttribute("role", "option");
        one.setAttribute("aria-selected", option.selected);
        const parts = option.text.match(/^(.*) \(([^()]*)\)$/);
        one.append(parts ? parts[1] : option.text || "—");
        if (parts) one.append(Object.assign(document.createElement("small"), { textContent: parts[2] }));
        one.dataset.index = option.index;
        list.append(one);
      }
      if (!list.children.length) list.append(Object.assign(document.createElement("li"), { className: "none", textContent: "—" }));
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      const at = options().findIndex((one) => one.getAttribute("aria-selected") === "true");
      mark(term ? 0 : at);
    }
    function choose(one) {
      if (!one) return;
      select.selectedIndex = Number(one.dataset.index);
      input.value = chosen();
      close();
      select.dispatchEvent(new Event("change", { bubbles: true }));
    }
    input.value = chosen();
    input.addEventListener("input", (event) => { event.stopPropagation(); open(input.value); });
    input.addEventListener("change", (event) => event.stopPropagation());
    input.addEventListener("click", () => { if (list.hidden) { open(); input.select(); } });
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) open();
        else mark((active + (event.key === "ArrowDown" ? 1 : -1) + options().length) % options().length);
      } else if (event.key === "Enter" && !list.hidden) { event.preventDefault(); choose(options()[active]); }
      else if (event.key === "Escape" && !list.hidden) { event.preventDefault(); event.stopPropagation(); input.value = chosen(); close(); }
    });
    input.addEventListener("blur", () => {
      if (list.hidden) return;
      const typed = plain(input.value.trim());
      const exact = [...select.options].find((one) => one.value !== "" && (plain(one.text) === typed || plain(one.value) === typed));
      const listed = options();
      if (typed === "" && select.options[0]?.value === "") choose({ dataset: { index: 0 } });
      else if (exact) choose({ dataset: { index: exact.index } });
      else if (listed.length === 1 && typed) choose(listed[0]);
      else { input.value = chosen(); close(); }
    });
    list.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(event.target.closest("[role=option]")); });
    select.addEventListener("change", () => { input.value = chosen(); });
  }

  /* A field that copies another while a box is ticked: data-same-as on the box names the fieldset. */
  function same(box) {
    const part = document.getElementById(box.dataset.same);
    if (part) part.hidden = box.checked;
  }
  on("change", (event) => { if (event.target.dataset?.same) same(event.target); });

  /* A field that matters only while others have some value: data-when="name=one|other name=value". */
  function when(part) {
    const form = part.closest("form");
    part.hidden = !part.dataset.when.split(" ").every((wish) => {
      const [name, values] = wish.split("=");
      return [...form.elements].some((one) => one.name === name && (one.checked || !one.matches("[type=radio], [type=checkbox]")) && values.split("|").includes(one.value));
    });
  }
  on("change", (event) => event.target.form?.querySelectorAll("[data-when]").forEach(when));

  function enhance(root) {
    root.querySelectorAll("select[data-combobox]").forEach(combobox);
    root.querySelectorAll("[data-same]").forEach(same);
    root.querySelectorAll("[data-when]").forEach(when);
    root.querySelectorAll("[data-row-remove]").forEach((one) => {
      if (!("content" in document.createElement("template"))) return;
      const label = one.querySelector("label"), button = one.querySelector("button");
      label.hidden = true;
      button.hidden = false;
      if (one.querySelector("input").checked) one.closest("[data-row]").classList.add("is-removed");
    });
  }
  enhance(document);
  on("htmx:after:process", (event) => enhance(event.target));
})();
