"""Variables in texts, and how their values are written there.

https://grafana.com/docs/grafana/latest/dashboards/variables/variable-syntax/
"""
import json
import re
import urllib.parse

SYNTAX = re.compile(r"\$(\w+)|\[\[(\w+?)(?::([\w-]+))?\]\]|\$\{(\w+)(?:\.([^:}]+))?(?::([^}]+))?\}")


def names_in(text):
    return [found[1] or found[2] or found[4] for found in SYNTAX.finditer(str(text or ""))]


def span(text):
    found = re.fullmatch(r"\s*>?\s*(\d+(?:\.\d+)?)(ms|[smhdwMy])?\s*", str(text or ""))
    return float(found[1]) * {"ms": 1e-3, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "M": 2592000, "y": 31536000, None: 1}[found[2]] if found else None


def span_text(seconds):
    milliseconds = round(seconds * 1000)
    for unit, size in (("d", 86400000), ("h", 3600000), ("m", 60000), ("s", 1000)):
        if milliseconds >= size and milliseconds % size == 0:
            return f"{milliseconds // size}{unit}"
    return f"{max(1, milliseconds)}ms"


REGEX = re.compile(r"[\\^$*+?.()|\[\]{}/]")


def quote_around(before):
    """The quote that is open behind a text of PromQL."""
    quote, place = None, 0
    while place < len(before):
        letter = before[place]
        if quote and letter == "\\" and quote != "`":
            place += 1
        elif letter == quote:
            quote = None
        elif not quote and letter in "\"'`":
            quote = letter
        place += 1
    return quote


def written(values, label, isPattern, form, name, before):
    if form == "promql":
        quote = quote_around(before)
        # What a label must equal is no pattern; and each text is written so that PromQL reads it as it is.
        if isPattern and not (len(values) == 1 and re.search(r"!?=\s*[\"'`]$", before)):
            values = [re.sub(r"[\\^$*+?.()|\[\]{}]", r"\\\g<0>", v) for v in values]
            text = values[0] if len(values) == 1 else "(" + "|".join(values) + ")"
        else:
            text = ",".join(values)
        if quote == "`":
            return text
        text = text.replace("\\", "\\\\")
        return text.replace(quote, "\\" + quote) if quote else text
    if form == "regex":
        values = [REGEX.sub(r"\\\g<0>", v) for v in values]
        return values[0] if len(values) == 1 else "(" + "|".join(values) + ")"
    strict = lambda text: urllib.parse.quote(text, safe="-_.~")
    return {
        "raw": ",".join(values), "csv": ",".join(values), "pipe": "|".join(values), "glob": values[0] if len(values) == 1 else "{" + ",".join(values) + "}",
        "text": label, "json": json.dumps(values if len(values) != 1 else values[0], ensure_ascii=False, separators=(",", ":")),
        "doublequote": ",".join('"' + v.replace('"', '\\"') + '"' for v in values), "singlequote": ",".join("'" + v.replace("'", "\\'") + "'" for v in values),
        "sqlstring": ",".join("'" + v.replace("'", "''") + "'" for v in values), "queryparam": "&".join(f"var-{name}={strict(v)}" for v in values),
        "percentencode": strict(values[0] if len(values) == 1 else "{" + ",".join(values) + "}"),
    }.get(form, values[0] if len(values) == 1 else "{" + ",".join(values) + "}")
