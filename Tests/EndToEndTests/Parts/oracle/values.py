"""Numbers as texts, calculations, mappings, thresholds and transformations, by Grafana's documentation."""
import colorsys
import datetime
import json
import math
import re

TIMES = [("year", 31536000), ("week", 604800), ("day", 86400), ("hour", 3600), ("min", 60), ("s", 1), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9)]
SPANS = {"s": 1, "ms": 1e-3, "µs": 1e-6, "us": 1e-6, "ns": 1e-9, "m": 60, "h": 3600, "d": 86400, "dtdurations": None}
SCALED = {
    "short": (1000, ["", " K", " Mil", " Bil", " Tri", " Quadr", " Quint", " Sext", " Sept"]), "bytes": (1024, "B"), "decbytes": (1000, "B"), "bits": (1024, "b"), "decbits": (1000, "b"),
    "Bps": (1000, "B/s"), "bps": (1000, "b/s"), "binBps": (1024, "B/s"), "binbps": (1024, "b/s"), "pps": (1000, "p/s"), "hertz": (1000, "Hz"),
    "kbytes": (1024, "B", 1), "mbytes": (1024, "B", 2), "gbytes": (1024, "B", 3), "Mbits": (1000, "b/s", 2), "KBs": (1000, "B/s", 1), "MBs": (1000, "B/s", 2),
    "deckbytes": (1000, "B", 1), "decmbytes": (1000, "B", 2), "watt": (1000, "W"), "volt": (1000, "V"), "amp": (1000, "A"),
}
COUNTED = {
    "ops": "ops/s", "reqps": "req/s", "rps": "rd/s", "wps": "wr/s", "iops": "io/s", "eps": "evt/s", "cps": "c/s", "mps": "msg/s", "opm": "ops/m", "rpm": "rd/m",
    "wpm": "wr/m", "cpm": "c/m", "reqpm": "req/m", "recps": "rec/s", "rowsps": "rows/s", "mpm": "msg/m",
}
FIXED = {"celsius": "°C", "rotrpm": "rpm", "humidity": "%H", "dB": "dB", "dBm": "dBm", "pixel": "px"}


def places(value):
    """How many digits stand behind the point where nobody says it."""
    if value == 0 or value == int(value):
        return 0
    high = math.floor(math.log10(abs(value)))
    digits = -high + 1
    # As Grafana has it, those below zero have a digit less.
    if value / 10 ** -digits > 2.25:
        digits += 1
    return max(0, digits)


def fixed(value, decimals=None):
    if math.isnan(value) or math.isinf(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "-∞"
    digits = places(value) if decimals is None else int(decimals)
    rounded = math.floor(abs(value) * 10 ** digits + 0.5) / 10 ** digits
    if 0 < rounded < 1e-6:
        return ("-" if value < 0 else "") + re.sub(r"e-0", "e-", f"{rounded!r}")
    return ("-" if value < 0 and rounded else "") + f"{rounded:.{min(digits, 20)}f}"


def scaled(value, base, names, start, decimals):
    step = start
    if math.isfinite(value):
        # Units with a prefix of their own go down, too.
        while 0 < abs(value) < 1 and step > 0:
            value, step = value * base, step - 1
        while abs(value) >= base and step < len(names) - 1:
            value, step = value / base, step + 1
    return fixed(value, decimals) + names[step]


def shown(value, unit=None, decimals=None):
    if isinstance(value, bool):
        value = int(value)
    unit = unit or "none"
    if not isinstance(value, (int, float)) or unit == "string":
        return "NaN" if value != value else plain(value) if isinstance(value, float) else str(value)
    if not math.isfinite(value):
        return fixed(float(value))
    if unit in SCALED:
        base, symbol, *more = SCALED[unit]
        names = symbol if isinstance(symbol, list) else [f" {prefix}{symbol}" for prefix in (["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"] if base == 1024 else ["", "k", "M", "G", "T", "P", "E", "Z", "Y"])]
        if base == 1000 and not isinstance(symbol, list) and 0 < abs(value) < 1 and not more:
            for prefix in "mµnpf":
                value *= 1000
                if abs(value) >= 1 or prefix == "f":
                    return f"{fixed(value, decimals)} {prefix}{symbol}"
        return scaled(value, base, names, more[0] if more else 0, decimals)
    if unit in COUNTED:
        return scaled(value, 1000, [f"{one} {COUNTED[unit]}" for one in ("", "K", "M", "B", "T")], 0, decimals)
    if unit in ("percent", "percentunit"):
        return fixed(value * (100 if unit == "percentunit" else 1), decimals) + "%"
    if unit in FIXED:
        return f"{fixed(value, decimals)} {FIXED[unit]}"
    if unit in ("dateTimeAsIso", "dateTimeAsIsoNoDateIfToday", "dateTimeAsSystem"):
        return datetime.datetime.fromtimestamp(int(value) / 1000, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
    if unit in ("bool_yes_no", "bool_on_off", "bool"):
        return {"bool_yes_no": ("Yes", "No"), "bool_on_off": ("On", "Off"), "bool": ("True", "False")}[unit][0 if value else 1]
    if unit in SPANS and SPANS[unit]:
        return span(value * SPANS[unit], unit, decimals)
    if unit in ("none", ""):
        return fixed(value, decimals)
    return None


def span(seconds, unit, decimals):
    if seconds == 0:
        return fixed(0, decimals) + " " + {"m": "min", "h": "hour", "d": "day", "us": "µs"}.get(unit, unit)
    own = {"us": "µs", "m": "min", "h": "hour", "d": "day"}.get(unit, unit)
    for name, length in TIMES:
        # Of milliseconds there are no weeks, and what is shorter than a second becomes no days.
        if name == "week" and unit in ("ms", "ns", "µs", "us") or name in ("year", "day", "hour", "min") and unit in ("µs", "us") or name == "year" and unit == "ns":
            continue
        if abs(seconds) >= length or name == ("ns" if unit == "s" else own):
            # A year of seconds, and of minutes, is one of 365.24 days.
            return f"{fixed(seconds / ({'s': 31556900, 'm': 525948 * 60}.get(unit, length) if name == 'year' else length), decimals)} {name}"


def same(text):
    """A text without what languages do with numbers: groups, zeros behind the point, spaces."""
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    text = re.sub(r"(\d+\.\d*?)0+(?=\D|$)", r"\1", text)
    text = re.sub(r"(\d)\.(?=\D|$)", r"\1", text)
    return re.sub(r"\s+", "", text).replace("-0%", "0%").replace("μ", "µ")


# MARK: calculations

def null(value):
    return value is None


def reduce(values, calc, times=()):
    numbers = [v for v in values if isinstance(v, (int, float)) and not isinstance(v, bool) and not math.isnan(v)]
    real = [v for v in values if not null(v)]
    if calc in ("lastNotNull", "current"):
        return real[-1] if real else None
    if calc == "firstNotNull":
        return real[0] if real else None
    if calc == "last":
        return values[-1] if values else None
    if calc == "first":
        return values[0] if values else None
    if calc in ("count", "countAll"):
        return len(values)
    if calc == "distinctCount":
        return len(set(values))
    if calc == "changeCount":
        return sum(1 for a, b in zip(values, values[1:]) if a != b)
    if calc == "lastTime":
        return next((t for t, v in reversed(list(zip(times, values))) if not null(v)), None)
    if calc in ("allValues", "uniqueValues"):
        return ", ".join(str(v) for v in (values if calc == "allValues" else dict.fromkeys(values)))
    if not numbers:
        return math.nan if any(isinstance(v, float) for v in real) else None
    if re.fullmatch(r"p\d+", calc):
        ordered = sorted(numbers)
        return ordered[min(len(ordered) - 1, max(0, math.ceil(len(ordered) * int(calc[1:]) / 100) - 1))]
    mean = sum(numbers) / len(numbers)
    variance = sum((v - mean) ** 2 for v in numbers) / len(numbers)
    steps = list(zip(numbers, numbers[1:]))
    median = sorted(numbers)[max(0, math.ceil(len(numbers) / 2) - 1)]
    return {
        "min": min(numbers), "max": max(numbers), "sum": sum(numbers), "mean": mean, "median": median, "range": max(numbers) - min(numbers),
        "diff": numbers[-1] - numbers[0], "diffperc": (numbers[-1] - numbers[0]) / abs(numbers[0]) if numbers[0] else math.inf, "variance": variance,
        "stdDev": math.sqrt(variance), "delta": sum(b - a if b >= a else b for a, b in steps), "step": min((b - a for a, b in steps), default=0),
        "logmin": min((v for v in numbers if v > 0), default=None),
    }.get(calc)


# MARK: styles

def pattern(text):
    found = re.match(r"^/(.*)/([a-z]*)$", text, re.S)
    inner, flags = found.groups() if found else (f"^(?:{text})$", "")
    inner = re.sub(r"\(\?<([A-Za-z]\w*)>", r"(?P<\1>", inner)
    return re.compile(inner, re.I if "i" in flags else 0)


def mapped(value, maps):
    for one in maps or []:
        options, kind = one.get("options", {}), one["type"]
        result = options.get("result", {})
        if kind == "special":
            match = options.get("match")
            nan = isinstance(value, float) and math.isnan(value)
            if match == "null" and null(value) or match == "nan" and nan or match == "null+nan" and (null(value) or nan) or match == "empty" and value == "" \
                    or match == "true" and value is True or match == "false" and value is False:
                return result
        elif null(value):
            continue
        elif kind == "value":
            text = plain(value)
            if text in options:
                return options[text]
        elif kind == "range":
            # As much of a text as is a number counts.
            begin = re.match(r"\s*[+-]?\d+(\.\d*)?", value) if isinstance(value, str) else None
            if isinstance(value, str) and not begin:
                continue
            number = float(begin[0] if begin else value)
            low, high = options.get("from"), options.get("to")
            if not math.isnan(number) and number >= (-math.inf if low is None else low) and number <= (math.inf if high is None else high):
                return result
        elif kind == "regex":
            found = pattern(options.get("pattern", ""))
            if found.search(plain(value)):
                replacement = re.sub(r"\$(\d)", r"\\\1", result.get("text") or "")
                return {**result, "text": found.sub(replacement, plain(value), count=1) if result.get("text") is not None else None}
    return None


def plain(value):
    if isinstance(value, float) and math.isnan(value):
        return "NaN"
    return str(int(value)) if isinstance(value, float) and math.isfinite(value) and value == int(value) and abs(value) < 1e15 else str(value)


def threshold(value, style, ends):
    steps = (style.get("thresholds") or {}).get("steps") or [{"value": None, "color": "green"}, {"value": 80, "color": "red"}]
    steps = [dict(one, value=None if i == 0 else number_or_none(one.get("value"))) for i, one in enumerate(steps)]
    if (style.get("thresholds") or {}).get("mode") == "percentage":
        low = style.get("min", ends[0])
        high = style.get("max", ends[1])
        value = (value - low) / ((high - low) or 1) * 100
    best = steps[0]
    for one in steps[1:]:
        if one["value"] is not None and value >= one["value"]:
            best = one
    return best.get("color", "text")


def number_or_none(value):
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


NAMES = {"green": "green", "red": "red", "orange": "orange", "yellow": "yellow", "blue": "blue", "purple": "purple"}
CSS = {"white": None, "black": None, "gray": None, "grey": None, "transparent": None, "text": None, "panel": None, "cyan": (0, 255, 255), "magenta": (255, 0, 255), "lime": (0, 255, 0)}


def hue(color):
    """A colour's name by its hue; None for one that this cannot say."""
    color = str(color or "").strip().lower()
    base = re.sub(r"^(super-light|light|semi-dark|dark)-", "", color)
    if color.startswith("super-light-"):
        return None
    if base in NAMES:
        return NAMES[base]
    if found := re.fullmatch(r"#([0-9a-f]{3,8})", color):
        text = found[1]
        if len(text) in (3, 4):
            text = "".join(c * 2 for c in text)
        rgb = [int(text[i:i + 2], 16) for i in (0, 2, 4)]
    elif found := re.match(r"rgba?\(\s*(\d+)[,\s]+(\d+)[,\s]+(\d+)", color):
        rgb = [int(one) for one in found.groups()]
    elif CSS.get(color):
        rgb = list(CSS[color])
    else:
        return None
    return hue_of(rgb)


def hue_of(rgb):
    red, green, blue = [one / 255 for one in rgb]
    if max(red, green, blue) - min(red, green, blue) < 0.2:
        return "neutral"
    angle = colorsys.rgb_to_hsv(red, green, blue)[0] * 360
    return next(name for end, name in [(15, "red"), (45, "orange"), (70, "yellow"), (170, "green"), (250, "blue"), (330, "purple"), (361, "red")] if angle < end)


def display(value, style, ends=(0, 100), mode="thresholds"):
    """(text or None where this cannot say it, name of the colour or None)"""
    found = mapped(value, style.get("mappings"))
    color = None
    own = (style.get("color") or {}).get("mode") or mode
    if found and found.get("color"):
        color = hue(found["color"])
    elif own == "fixed":
        color = hue((style.get("color") or {}).get("fixedColor"))
    elif own == "thresholds":
        number = value if isinstance(value, (int, float)) and not (isinstance(value, float) and math.isnan(value)) else -math.inf
        color = hue(threshold(number, style, ends))
    if found and found.get("text") is not None:
        return found["text"], color
    if null(value) or value == "":
        return style.get("noValue", "–"), color
    if isinstance(value, str) and style.get("unit", "string") != "string" and number_or_none(value) is not None:
        # A text that is a number is one where the field has a unit.
        value = float(value)
    return shown(value, style.get("unit"), style.get("decimals")), color


# MARK: transformations; a frame is {"refId", "name", "fields": [{"name", "type", "labels", "values", "source"}]}

CALC_NAMES = {
    "lastNotNull": "Last *", "last": "Last", "firstNotNull": "First *", "first": "First", "min": "Min", "max": "Max", "mean": "Mean", "median": "Median", "sum": "Total",
    "count": "Count", "range": "Range", "delta": "Delta", "diff": "Difference", "allValues": "All values",
}


def length(frame):
    return max([len(f["values"]) for f in frame["fields"]] or [0])


def picked(frame, rows):
    return {**frame, "fields": [{**f, "values": [f["values"][r] for r in rows]} for f in frame["fields"]]}


def numbered(frame):
    names = [f["name"] for f in frame["fields"]]
    seen = {}
    fields = []
    for f in frame["fields"]:
        if names.count(f["name"]) > 1:
            seen[f["name"]] = seen.get(f["name"], 0) + 1
            f = {**f, "name": f"{f['name']} {seen[f['name']]}"}
        fields.append(f)
    return {**frame, "fields": fields}


def sort_key(value):
    return (0, value) if isinstance(value, (int, float)) else (1, [(0, int(p), "") if p.isdigit() else (1, 0, p.lower()) for p in re.split(r"(\d+)", str(value)) if p])


def ordered(frame, name, down):
    field = next((f for f in frame["fields"] if f["name"] == name), None)
    if not field:
        return frame
    rows = sorted((r for r in range(length(frame)) if not null(field["values"][r])), key=lambda r: sort_key(field["values"][r]), reverse=down)
    return picked(frame, rows + [r for r in range(length(frame)) if null(field["values"][r])])


def organize(frames, o):
    result = []
    for frame in frames:
        included = [k for k, v in (o.get("includeByName") or {}).items() if v]
        fields = [f for f in frame["fields"] if not (o.get("excludeByName") or {}).get(f["name"]) and (not included or f["name"] in included)]
        fields.sort(key=lambda f: (o.get("indexByName") or {}).get(f["name"], 10 ** 9))
        renames = o.get("renameByName") or {}
        result.append({**frame, "fields": [{**f, "name": renames.get(f["name"]) or f["name"]} for f in fields]})
    return result


def join(frames, o):
    by = o.get("byField")
    key = lambda frame: next((f for f in frame["fields"] if (f["name"] == by if by else f["type"] == "time")), None)
    having = [f for f in frames if key(f)]
    if len(having) < 2:
        return having or frames
    keys = list(dict.fromkeys(v for f in having for v in key(f)["values"]))
    if o.get("mode") == "inner":
        keys = [k for k in keys if all(k in key(f)["values"] for f in having)]
    if key(having[0])["type"] != "string":
        keys.sort()
    fields = [{**key(having[0]), "values": keys}]
    for frame in having:
        at = {v: i for i, v in reversed(list(enumerate(key(frame)["values"])))}
        fields += [{**f, "refId": frame.get("refId"), "values": [f["values"][at[k]] if k in at else None for k in keys]} for f in frame["fields"] if f is not key(frame)]
    return [numbered({"name": "", "fields": fields})]


def merge(frames, o):
    if len(frames) < 2:
        return frames
    names = list(dict.fromkeys(f["name"] for frame in frames for f in frame["fields"]))
    common = [n for n in names if all(any(f["name"] == n for f in frame["fields"]) for frame in frames)]
    rows, groups = [], {}
    for frame in frames:
        for r in range(length(frame)):
            row = {f["name"]: f["values"][r] for f in frame["fields"]}
            group = groups.setdefault(json.dumps([row.get(n) for n in common], default=str), [])
            fitting = next((other for other in group if all(n not in other or other[n] == v for n, v in row.items())), None) if common else None
            if fitting is not None:
                fitting.update(row)
            else:
                group.append(row)
                rows.append(row)
    first = {}
    for frame in frames:
        for f in frame["fields"]:
            first.setdefault(f["name"], {**f, "refId": frame.get("refId")})
    return [{"name": "", "fields": [{**first[n], "values": [row.get(n) for row in rows]} for n in names]}]


def group_by(frames, o):
    result = []
    for frame in frames:
        rules = o.get("fields") or {}
        if not any((rule or {}).get("operation") == "groupby" for rule in rules.values()):
            result.append(frame)
            continue
        keys = [f for f in frame["fields"] if rules.get(f["name"], {}).get("operation") == "groupby"]
        # A frame without any of the fields is left out.
        if not keys:
            continue
        groups = {}
        for r in range(length(frame)):
            groups.setdefault(tuple(f["values"][r] for f in keys), []).append(r)
        fields = [{**f, "values": [g[i] for g in groups]} for i, f in enumerate(keys)]
        for f in frame["fields"]:
            rule = rules.get(f["name"], {})
            if rule.get("operation") == "aggregate":
                for calc in rule.get("aggregations", []):
                    fields.append({**f, "name": f"{f['name']} ({calc})", "values": [reduce([f["values"][r] for r in rows], calc) for rows in groups.values()]})
        result.append({**frame, "fields": fields})
    return result


def calculate(frames, o):
    if len(frames) > 1 and all(any(f["type"] == "time" for f in frame["fields"]) for frame in frames):
        frames = join(frames, {})
    result = []
    for frame in frames:
        count = length(frame)
        mode = o.get("mode", "reduceRow")

        def side(wanted):
            wanted = wanted.get("fixed", (wanted.get("matcher") or {}).get("options")) if isinstance(wanted, dict) else wanted
            field = next((f for f in frame["fields"] if f["name"] == wanted), None)
            if field:
                return field["name"], field["values"]
            number = number_or_none(wanted)
            return (str(wanted), [number] * count) if number is not None else None

        if mode == "binary":
            binary = o.get("binary") or {}
            left, right, sign = side(binary.get("left")), side(binary.get("right")), binary.get("operator", "+")
            if not left or not right:
                result.append(frame)
                continue
            work = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b if b else math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a), "**": lambda a, b: a ** b, "%": math.fmod}[sign]
            name, values = f"{left[0]} {sign} {right[0]}", [None if null(a) or null(b) else work(a, b) for a, b in zip(left[1], right[1])]
        elif mode == "index":
            name, values = "Row", list(range(count))
        else:
            options = o.get("reduce") or {}
            include = options.get("include")
            taking = [f for f in frame["fields"] if f["type"] == "number" and (not include or f["name"] in include)]
            calc = options.get("reducer", "sum")
            name, values = CALC_NAMES.get(calc, calc), [reduce([f["values"][r] for f in taking], calc) for r in range(count)]
        field = {"name": o.get("alias") or name, "type": "number", "values": values, "labels": {}}
        result.append({**frame, "fields": ([f for f in frame["fields"] if f["type"] == "time"] if o.get("replaceFields") else frame["fields"]) + [field]})
    return result


def reduced(frames, o):
    reducers = o.get("reducers") or ["max"]
    if o.get("mode") == "reduceFields":
        return [{**frame, "fields": [{**f, "values": [reduce(f["values"], c)], "name": f"{f['name']} {CALC_NAMES.get(c, c)}" if len(reducers) > 1 else f["name"]} for f in frame["fields"] if f["type"] == "number" for c in reducers]} for frame in frames]
    fields = [f for frame in frames for f in frame["fields"] if f["type"] != "time"]
    labels = list(dict.fromkeys(k for f in fields for k in f.get("labels") or {})) if o.get("labelsToFields") else []
    columns = [{"name": "Field", "type": "string", "values": [(f.get("source") or f["name"]) if o.get("labelsToFields") else f["name"] for f in fields]}]
    columns += [{"name": name, "type": "string", "values": [(f.get("labels") or {}).get(name) for f in fields]} for name in labels]
    return [{"name": "", "fields": columns + [{"name": CALC_NAMES.get(c, c), "type": "number", "values": [reduce(f["values"], c) for f in fields]} for c in reducers]}]


def filtered(frames, o):
    def has(wanted, name):
        return name in (wanted.get("names") or []) or bool(wanted.get("pattern")) and bool(pattern(wanted["pattern"]).search(name))
    include, exclude = o.get("include") or {}, o.get("exclude") or {}
    asked = lambda one: one.get("names") or one.get("pattern")
    return [{**frame, "fields": kept} for frame in frames if (kept := [f for f in frame["fields"] if (not asked(include) or has(include, f["name"])) and not (asked(exclude) and has(exclude, f["name"]))])]


def labels_to_fields(frames, o):
    result = []
    for frame in frames:
        labeled = next((f for f in frame["fields"] if f.get("labels")), None)
        if not labeled:
            result.append(frame)
            continue
        wanted = o.get("valueLabel")
        labels = [(k, v) for k, v in labeled["labels"].items() if (not o.get("keepLabels") or k in o["keepLabels"]) and k != wanted]
        fields = [f for f in frame["fields"] if not f.get("labels")]
        fields += [{"name": k, "type": "string", "values": [v] * length(frame)} for k, v in labels]
        fields += [{**f, "name": wanted and f["labels"].get(wanted) or f["labels"].get("__name__") or f.get("source") or f["name"], "labels": {}} for f in frame["fields"] if f.get("labels")]
        result.append({**frame, "fields": fields})
    return merge(result, {})


def to_rows(frames, o):
    rows = [(t, f["name"], v) for frame in frames for time in frame["fields"] if time["type"] == "time" for f in frame["fields"] if f["type"] == "number" for t, v in zip(time["values"], f["values"])]
    rows.sort(key=lambda row: -row[0])
    return [{"name": "", "fields": [{"name": n, "type": k, "values": [row[i] for row in rows]} for i, (n, k) in enumerate([("Time", "time"), ("Metric", "string"), ("Value", "number")])]}]


def rename(frames, o):
    found, text = pattern(o.get("regex") or ""), re.sub(r"\$(\d)", r"\\\1", o.get("renamePattern") or "")
    return [{**frame, "fields": [{**f, "name": found.sub(text, f["name"], count=1)} if f["type"] != "time" and found.search(f["name"]) else f for f in frame["fields"]]} for frame in frames]


def matrix(frames, o):
    down, across, cell = o.get("rowField", "Time"), o.get("columnField", "Time"), o.get("valueField", "Value")
    result = []
    for frame in frames:
        field = {f["name"]: f for f in frame["fields"]}
        if not all(name in field for name in (down, across, cell)):
            continue
        cells = dict(zip(zip(field[down]["values"], field[across]["values"]), field[cell]["values"]))
        names, columns = list(dict.fromkeys(field[down]["values"])), list(dict.fromkeys(field[across]["values"]))
        fields = [{**field[down], "name": f"{down}\\{across}", "values": names}]
        result.append({**frame, "fields": fields + [{**field[cell], "name": str(one), "values": [cells.get((name, one)) for name in names]} for one in columns]})
    return result


def sort_by(frames, o):
    for one in reversed(o.get("sort") or []):
        frames = [ordered(frame, one.get("field"), bool(one.get("desc"))) for frame in frames]
    return frames


STEPS = {
    "organize": organize, "joinByField": join, "seriesToColumns": join, "merge": merge, "groupBy": group_by, "calculateField": calculate, "sortBy": sort_by,
    "reduce": reduced, "filterFieldsByName": filtered, "labelsToFields": labels_to_fields, "seriesToRows": to_rows, "renameByRegex": rename, "groupingToMatrix": matrix,
    "limit": lambda frames, o: [picked(f, range(min(length(f), int(o.get("limitField", 10))))) for f in frames],
}


def transform(steps, frames):
    for step in steps or []:
        if step.get("disabled") or step.get("id") not in STEPS:
            continue
        only = (step.get("filter") or {}).get("options")
        meant = [f for f in frames if not only or re.fullmatch(only.strip("/"), f.get("refId") or "")]
        frames = STEPS[step["id"]](meant, step.get("options") or {}) + [f for f in frames if f not in meant]
    return [numbered(f) for f in frames]
