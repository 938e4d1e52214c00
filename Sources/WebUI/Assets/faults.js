// The rows of faults: a camera is tried without leaving the page, and a fault is copied as plain text.
import { say } from "./say.js";

// What came of an attempt, by fault: a row that is put in anew has it still, for a while.
const answers = new Map();
const kept = 60000;

function show(row) {
  const answer = answers.get(row.dataset.fault) ?? "";
  const output = row.querySelector("output");
  if (output && output.textContent !== answer) output.textContent = answer;
}

function keep(fault, text) {
  answers.set(fault, text);
  const row = document.querySelector(`[data-fault="${CSS.escape(fault)}"]`);
  if (row) show(row);
  setTimeout(() => {
    if (answers.get(fault) !== text) return;
    answers.delete(fault);
    for (const row of document.querySelectorAll("[data-fault]")) show(row);
  }, kept);
}

function dress(part) {
  for (const row of part.querySelectorAll("[data-fault]")) show(row);
  if (navigator.clipboard) for (const button of part.querySelectorAll("button.copy[hidden]")) button.hidden = false;
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-probe]");
  if (!form) return;
  event.preventDefault();
  const fault = form.closest("[data-fault]").dataset.fault;
  keep(fault, say("script.probing"));
  try {
    const answer = await fetch(form.dataset.probe, { method: "POST", signal: AbortSignal.timeout(20000) });
    const body = await answer.json();
    keep(fault, body.text ?? body.error ?? String(answer.status));
  } catch { keep(fault, say("script.noAnswer")); }
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button.copy");
  if (!button) return;
  const fault = button.closest("[data-fault]").dataset.fault;
  try {
    await navigator.clipboard.writeText(button.dataset.report);
    keep(fault, say("script.copied"));
  } catch { keep(fault, say("script.notCopied")); }
});

const main = document.querySelector("main");
if (main) {
  dress(main);
  new MutationObserver(() => dress(main)).observe(main, { childList: true, subtree: true });
}
