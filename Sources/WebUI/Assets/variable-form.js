// The choices above the panels.
import { all } from "./variables.js";
import { say } from "./say.js";

function node(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// Longer lists have a field that looks for a part of a name.
const listMax = 15;

function single(variables, one, changed) {
  const select = node("select", { ariaLabel: one.title });
  if (one.includesAll && one.options.length + (one.allValue ? 1 : 0)) select.append(new Option(say("script.allOf", { name: one.title }), all));
  for (const { text, value } of one.options) select.append(new Option(text, value));
  if (!select.options.length) {
    select.append(new Option(say("script.noValues"), ""));
    select.disabled = true;
  }
  select.value = one.chosen[0] ?? "";
  select.addEventListener("change", () => changed(one.name, [select.value]));
  return select;
}

function typed(variables, one, changed) {
  const input = node("input", { type: "text", value: one.chosen[0] ?? "", ariaLabel: one.title, spellcheck: false, autocomplete: "off" });
  input.addEventListener("change", () => changed(one.name, [input.value]));
  return input;
}

// Several values: a list to tick, which counts when it is closed.
function several(variables, one, changed, isOpen) {
  const summary = node("summary");
  const isAll = () => one.chosen[0] === all;
  const tell = () => {
    const chosen = isAll() ? say("script.all") : one.chosen.map((value) => variables.textOf(one.name, value)).join(" + ");
    summary.textContent = one.options.length || chosen ? chosen || say("script.nothingChosen") : say("script.noValues");
    summary.setAttribute("aria-label", `${one.title}: ${summary.textContent}`);
  };
  const boxes = [];
  const item = (text, value) => {
    const box = node("input", { type: "checkbox", value, checked: one.chosen.includes(value) });
    boxes.push(box);
    return node("label", {}, box, ` ${text}`);
  };
  const items = [...(one.includesAll ? [item(say("script.all"), all)] : []), ...one.options.map(({ text, value }) => item(text, value))];
  const list = node("div", { className: "choices-list", role: "group", ariaLabel: one.title }, ...items);
  const details = node("details", { className: "choices", open: isOpen }, summary);
  if (items.length > listMax) {
    const find = node("input", { type: "search", ariaLabel: say("script.findValue"), placeholder: say("script.findValue") });
    find.addEventListener("input", () => {
      for (const label of items) label.hidden = !label.textContent.toLowerCase().includes(find.value.toLowerCase());
    });
    list.prepend(find);
  }
  details.append(list);
  tell();
  let isChanged = false;
  list.addEventListener("change", ({ target }) => {
    if (target.type !== "checkbox") return;
    isChanged = true;
    // "All" is instead of the others.
    for (const box of boxes) if (target.checked && (target.value === all) !== (box.value === all)) box.checked = false;
    one.chosen = boxes.filter((box) => box.checked).map((box) => box.value);
    tell();
  });
  const close = () => { details.open = false; };
  details.addEventListener("toggle", () => {
    if (details.open || !isChanged) return;
    isChanged = false;
    const none = one.includesAll ? [all] : one.options.slice(0, 1).map(({ value }) => value);
    changed(one.name, one.chosen.length ? one.chosen : none);
  });
  details.addEventListener("keydown", (event) => { if (event.key === "Escape") { close(); summary.focus(); } });
  details.addEventListener("focusout", (event) => { if (event.relatedTarget && !details.contains(event.relatedTarget)) close(); });
  return details;
}

document.addEventListener("pointerdown", ({ target }) => {
  for (const open of document.querySelectorAll("details.choices[open]")) if (!open.contains(target)) open.open = false;
});

// Shows them anew; who types or chooses keeps the focus.
export function showVariables(form, variables, changed) {
  const focused = form.contains(document.activeElement) ? document.activeElement.closest("[data-variable]")?.dataset.variable : null;
  for (const old of form.querySelectorAll("[data-variable]")) old.remove();
  for (const one of variables.list) {
    if (one.isHidden || one.kind === "datasource") continue;
    const make = one.kind === "textbox" ? typed : one.isMulti ? several : single;
    const control = make(variables, one, changed);
    const label = node(control.matches("details") ? "span" : "label", { className: "variable" });
    if (one.hasLabel !== false) label.append(node("span", { textContent: one.title }), " ");
    label.append(control);
    label.dataset.variable = one.name;
    if (variables.isEmpty(one) || one.problem) {
      label.append(" ", node("span", { className: "note", textContent: one.problem ? say("script.variableFailed", { error: one.problem }) : say("script.variableNone") }));
    }
    form.append(label);
    if (one.name === focused) (control.matches("details") ? control.querySelector("summary") : control).focus();
  }
}
