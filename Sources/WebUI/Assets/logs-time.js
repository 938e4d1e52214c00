// Times as the browser's own clock has them; UTC shows when one is pointed at.
const two = (number) => String(number).padStart(2, "0");

// `2026-11-28 17:00:00.123`
export function local(date) {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:` +
    `${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

// `+07:00`
function offset() {
  const minutes = -new Date().getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "−" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

export function localize(root) {
  for (const element of root.querySelectorAll("time[datetime]:not([title])")) {
    const date = new Date(element.dateTime);
    if (Number.isNaN(date.getTime())) continue;
    element.title = `${element.dateTime.replace("T", " ").replace("Z", "")} UTC`;
    element.textContent = local(date);
  }
}

// The form has local times too, and sends UTC.
function localizeForm(form) {
  const fields = [form.elements.start, form.elements.end];
  for (const field of fields) {
    // What a browser restores is local already.
    if (field.defaultValue) field.value = local(new Date(`${field.defaultValue}Z`)).replace(" ", "T");
  }
  form.addEventListener("formdata", ({ formData }) => {
    const isSpan = formData.get("since") !== "";
    for (const field of fields) {
      const date = new Date(field.value);
      if (isSpan || Number.isNaN(date.getTime())) formData.delete(field.name);
      else formData.set(field.name, String(date.getTime()));
    }
    // An address that is shared says what is wanted, and no more.
    for (const [name, usual] of [["since", ""], ["language", "lucene"], ["query", ""], ["q", ""], ["camera", ""]]) {
      if (formData.get(name) === usual) formData.delete(name);
    }
    const hadColumns = new URL(location.href).searchParams.has("columns");
    const columns = form.elements.columns;
    if (columns && !hadColumns && formData.get("columns") === columns.defaultValue) formData.delete("columns");
  });
}

export function start() {
  localize(document);
  for (const name of document.querySelectorAll(".zone-name")) name.textContent = `local, ${offset()}`;
  const footer = document.querySelector("footer .zone");
  if (footer) footer.textContent = `times of events are local (${offset()}), UTC when pointed at`;
  const form = document.querySelector("form.logs-form, form.traces-form");
  if (form) localizeForm(form);
}
