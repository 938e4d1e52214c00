"""What a dashboard shows by Grafana's documentation: its variables resolved, its queries asked, each panel's state and texts.

https://grafana.com/docs/grafana/latest/dashboards/variables/ and .../datasources/prometheus/template-variables/
"""
import http.client
import json
import math
import re
import urllib.parse

from migrate import dashboard
from values import display, hue, length, mapped, ordered, pattern, reduce, transform
from writing import SYNTAX, names_in, span, span_text, written

ALL = "$__all"
STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500] + [n * 1000 for n in (1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10800, 21600, 43200, 86400)]


class Problem(Exception):
    pass


class Source:
    """The API of Prometheus, each question asked once."""

    def __init__(self, url):
        self.connection = http.client.HTTPConnection(url.removeprefix("http://"))
        self.known = {}

    def ask(self, path, **fields):
        body = urllib.parse.urlencode({k: v for k, v in fields.items() if v is not None})
        if (path, body) not in self.known:
            isLong = "query" in path
            self.connection.request("POST" if isLong else "GET", path if isLong else f"{path}?{body}", body if isLong else None, {"Content-Type": "application/x-www-form-urlencoded"} if isLong else {})
            self.known[path, body] = json.loads(self.connection.getresponse().read())
        answer = self.known[path, body]
        if answer["status"] != "success":
            raise Problem(answer.get("error", ""))
        return answer["data"]


class Variable:
    def __init__(self, node):
        self.name, self.kind = node["name"], {"const": "constant"}.get(node.get("type", "query"), node.get("type", "query"))
        self.node = node
        self.multi, self.all, self.all_value = bool(node.get("multi")), bool(node.get("includeAll")), node.get("allValue") or None
        self.regex, self.sort = node.get("regex") or "", node.get("sort") or 0
        self.hidden = node.get("hide") == 2 or self.kind in ("constant", "datasource")
        current = (node.get("current") or {})
        value = current.get("value", current.get("text"))
        self.current = [str(v) for v in (value if isinstance(value, list) else [value]) if v not in (None, "")]
        query = node.get("query")
        self.object = query if isinstance(query, dict) else {}
        self.query = (self.object.get("query") if isinstance(query, dict) else query) or ""
        if not self.query and self.object:
            self.query = self.composed()
        if not self.query:
            self.query = node.get("definition") or ""
        self.options, self.chosen = [], []

    def composed(self):
        """Of the query builder's own fields: 0 names of labels, 1 values of a label, 2 metrics, 3 results, 4 series, 5 as typed."""
        o = self.object
        filters = ",".join(f'{f["label"]}{f.get("op", "=")}"{f["value"]}"' for f in o.get("labelFilters") or [] if f.get("label"))
        series = (o.get("metric") or "") + (f"{{{filters}}}" if filters else "")
        kind = o.get("qryType")
        if kind == 0:
            return f"label_names({o.get('match') or ''})"
        if kind == 1:
            return f"label_values({series}, {o.get('label')})" if series else f"label_values({o.get('label')})"
        if kind == 2:
            return f"metrics({o.get('metric') or ''})"
        if kind == 3:
            return f"query_result({o.get('varQuery') or ''})"
        return o.get("seriesQuery") or o.get("classicQuery") or ""

    def needs(self):
        # What is typed into a text box or a constant is taken as it is.
        return {n for text in ([self.query, self.regex] if self.kind == "query" else []) for n in names_in(text)}


class Board:
    def __init__(self, path, source, start, end):
        self.source, self.start, self.end, self.scrape = source, start, end, 15
        # What the page has asked: expressions with their steps, and the moments of those that are of one. Of several steps the
        # one by the panel's width is taken, or the next ones by the rank.
        self.asked, self.moments, self.rank, self.isDoubtful = set(), {}, 0, False
        read = dashboard(path)
        self.title, self.sections = read["title"], read["sections"]
        self.variables = {}
        for node in read["variables"]:
            if node.get("name") and node.get("type", "query") in ("query", "custom", "interval", "textbox", "constant", "const", "datasource"):
                self.variables[node["name"]] = Variable(node)
        left = list(self.variables.values())
        while left:
            free = [v for v in left if not any(n in v.needs() for n in (o.name for o in left if o is not v))] or left[:1]
            for one in free:
                self.look(one)
                left.remove(one)

    # MARK: variables

    def look(self, one):
        if one.kind == "query":
            try:
                one.options = self.picked(self.texts(one.query), self.text(one.regex, "regex"))
            except Problem:
                one.options = []
            one.options = self.sorted(one.options, one.sort)
        elif one.kind == "custom" and one.node.get("valuesFormat") == "json":
            values = [v if isinstance(v, dict) else {"value": v} for v in json.loads(one.query)]
            one.options = [(str(v.get("text", v.get("value"))), str(v.get("value", v.get("text")))) for v in values]
        elif one.kind in ("custom", "interval"):
            parts = [p.replace("\\,", ",").strip() for p in re.findall(r"(?:\\,|[^,])+", one.query)]
            pairs = [re.fullmatch(r"\s*(.+?)\s:\s(.+)", p) for p in parts if p]
            one.options = [(f[1].strip(), f[2].strip()) if f else (p, p) for f, p in zip(pairs, [p for p in parts if p])]
            if one.kind == "interval" and one.node.get("auto"):
                one.options.insert(0, ("auto", f"$__auto_interval_{one.name}"))
        elif one.kind == "datasource":
            one.options = [("Watchpost", "watchpost")]
            one.chosen = ["watchpost"]
            return
        else:
            value = one.query if one.kind == "constant" or not one.current else one.current[0]
            one.options = [(value, value)] if value else [("", "")]
            one.chosen = [value]
            return
        if one.all and any(v in (ALL, "All") for v in one.current):
            one.chosen = [ALL]
            return
        known = {text: value for text, value in one.options} | {value: value for _, value in one.options}
        found = list(dict.fromkeys(known[v] for v in one.current if v in known))
        one.chosen = (found if one.multi else found[:1]) or ([ALL] if one.all else [v for _, v in one.options[:1]])

    def texts(self, query):
        query = query.strip()
        if re.fullmatch(r"label_names\((.*)\)", query):
            inner = query[12:-1].strip()
            return self.source.ask("/api/v1/labels", start=self.start, end=self.end, **({"match[]": self.promql(inner)} if inner else {}))
        if found := re.fullmatch(r"label_values\((?:(.+),\s*)?([a-zA-Z_$][\w{}$]*)\s*\)", query, re.S):
            match = {"match[]": self.promql(found[1].strip())} if found[1] else {}
            return self.source.ask(f"/api/v1/label/{self.text(found[2])}/values", start=self.start, end=self.end, **match)
        if found := re.fullmatch(r"metrics\((.+)\)", query):
            return [n for n in self.source.ask("/api/v1/label/__name__/values", start=self.start, end=self.end) if re.search(self.text(found[1]), n)]
        if found := re.fullmatch(r"query_result\((.+)\)", query, re.S):
            data = self.source.ask("/api/v1/query", query=self.promql(found[1].strip()), time=self.end)
            if data["resultType"] == "scalar":
                return [str(data["result"][1])]
            result = []
            for one in data["result"]:
                labels = dict(one["metric"])
                name = labels.pop("__name__", "")
                moment, value = one.get("value") or one["values"][-1]
                inner = ",".join(f'{k}="{v}"' for k, v in labels.items())
                result.append(f"{name}{{{inner}}} {value} {shown_time(moment)}")
            return result
        # A selector alone is its series.
        if query:
            series = self.source.ask("/api/v1/series", start=self.start, end=self.end, **{"match[]": self.promql(query)})
            return [one.pop("__name__", "") + "{" + ",".join(f'{k}="{v}"' for k, v in one.items()) + "}" for one in map(dict, series)]
        return []

    @staticmethod
    def picked(texts, regex):
        options = []
        found = pattern(regex) if regex else None
        every = bool(re.fullmatch(r"/.*/[a-z]*g[a-z]*", regex, re.S))
        for text in texts:
            if not found:
                options.append((text, text))
                continue
            matches = list(found.finditer(text))[:None if every else 1]
            if not matches:
                continue
            groups = {k: v for m in reversed(matches) for k, v in m.groupdict().items() if v is not None}
            if "text" in groups or "value" in groups:
                options.append((groups.get("text", groups.get("value")), groups.get("value", groups.get("text"))))
            elif found.groups and len(matches) > 1:
                options += [(m[1], m[1]) for m in matches]
            elif found.groups:
                options.append((matches[0][1] or "", matches[0][1] or ""))
            else:
                options.append((text, text))
        return list({value: (text, value) for text, value in reversed(options)}.values())[::-1]

    @staticmethod
    def sorted(options, sort):
        if not 1 <= sort <= 8:
            return options
        number = lambda o: int((re.search(r"\d+", o[0]) or ["-1"])[0])
        natural = lambda o: [(0, int(p), "") if p.isdigit() else (1, 0, p) for p in re.split(r"(\d+)", o[0]) if p]
        key = [lambda o: o[0], number, lambda o: o[0].lower(), natural][(sort - 1) // 2]
        result = sorted(options, key=key)
        return result if sort % 2 else result[::-1]

    def values(self, name, scope=None):
        if scope and name in scope:
            return [scope[name]]
        one = self.variables.get(name)
        return [] if not one else [v for _, v in one.options] if one.chosen == [ALL] else one.chosen

    # MARK: texts

    def find(self, name, scope, step):
        """(values, text, pattern or not, literal)"""
        one = self.variables.get(name)
        if scope and name in scope:
            value = scope[name]
            return [value], dict((v, t) for t, v in one.options).get(value, value), True, None
        if not one:
            return self.given(name, step)
        if one.kind == "interval" and one.chosen and one.chosen[0].startswith("$__auto"):
            wanted = (self.end - self.start) * 1000 / int(one.node.get("auto_count") or 30)
            best = min(STEPS, key=lambda s: abs(s - wanted)) / 1000
            return [span_text(max(span(one.node.get("auto_min") or "10s") or 0, best))], "auto", False, None
        isPattern = one.multi or one.all
        if one.chosen == [ALL]:
            if one.all_value:
                return [self.text(one.all_value, "raw")], "All", isPattern, self.text(one.all_value, "raw")
            return [v for _, v in one.options], "All", isPattern, None
        texts = dict((v, t) for t, v in one.options)
        return one.chosen, " + ".join(texts.get(v, v) for v in one.chosen), isPattern, None

    def given(self, name, step):
        length = self.end - self.start
        # In Grafana's own steps of a chart that is a thousand pixels wide.
        every = max(step or 0, self.scrape, min(STEPS, key=lambda one: abs(one - length)) / 1000)
        rate = max(every + self.scrape, 4 * self.scrape)
        known = {
            "__interval": span_text(max(every, self.scrape)), "__interval_ms": round(max(every, self.scrape) * 1000), "__rate_interval": span_text(round(rate)), "__rate_interval_ms": round(rate * 1000),
            "__range": f"{round(length)}s", "__range_s": round(length), "__range_ms": round(length * 1000), "__from": self.start * 1000, "__to": self.end * 1000, "__all": ".*",
        }
        return ([str(known[name])], str(known[name]), False, str(known[name])) if name in known else None

    def text(self, text, usual="glob", scope=None, step=None):
        text = str(text or "")

        def put(found):
            name = found[1] or found[2] or found[4]
            one = self.find(name, scope, step)
            if one is None or found[5]:
                return found[0]
            values, label, isPattern, literal = one
            form = (found[3] or found[6] or "").split(":")[0] or usual
            if literal is not None and form not in ("text", "queryparam", "percentencode"):
                return literal
            return written(values, label, isPattern, form, name, text[:found.start()])
        return SYNTAX.sub(put, text)

    def promql(self, text, scope=None, step=None):
        return self.text(text, "promql", scope, step)

    # MARK: panels

    def shown(self):
        """(headings, panels) as a page has them from the top: a panel once for each value where it repeats."""
        headings, panels = [], []
        for section in self.sections:
            values = self.values(section["repeat"]) if section["repeat"] else []
            for value in values or [None]:
                scope = {section["repeat"]: value} if value is not None else {}
                if section["title"] is not None:
                    headings.append(self.text(section["title"], "text", scope))
                for panel in section["panels"]:
                    name = panel.get("repeat")
                    own = self.values(name) if name and name not in scope else []
                    for inner in own or [None]:
                        panels.append((panel, {**scope, name: inner} if inner is not None else scope))
        return headings, panels

    def step(self, panel, target, width):
        """So many points as the file says, else as there are pixels."""
        least = span(self.text(target.get("interval") or panel.get("interval") or "", "raw"))
        points = min(panel.get("maxDataPoints") or max(100, width or 600), 10000)
        long = self.end - self.start
        step = math.ceil(max(least or min(15, long // 30), long / points) * max(1, target.get("intervalFactor") or 1))
        return max(1, min(step, int(long))), least

    def question(self, target, scope, step, least):
        """The expression of a query; and the step with which the page has asked it, as that depends on the width it had."""
        isInstant = bool(target.get("instant") and not target.get("range"))
        keep, self.scrape = self.scrape, least or self.scrape
        try:
            fitting = [near for near in sorted({s for _, s in self.asked if s} | {step}, key=lambda s: abs(s - step))
                       if (self.promql(target["expr"], scope, near), 0 if isInstant else near) in self.asked]
            self.isDoubtful = self.isDoubtful or len(fitting) > 1
            if fitting:
                near = fitting[min(self.rank, len(fitting) - 1)]
                return self.promql(target["expr"], scope, near), near, isInstant, True
            expr = self.promql(target["expr"], scope, step)
            return expr, step, isInstant, (expr, 0 if isInstant else step) in self.asked
        finally:
            self.scrape = keep

    def frames(self, panel, scope, width, unasked):
        result = []
        several = len(panel["targets"]) > 1
        steps = [self.step(panel, t, width) for t in panel["targets"]]
        for target, (step, least) in zip(panel["targets"], steps):
            if panel["type"] == "timeseries":
                step = max(one for one, _ in steps)
            expr, step, isInstant, isAsked = self.question(target, scope, step, least)
            if self.asked and not isAsked:
                unasked.append(expr)
            shift = span(str(panel.get("timeShift") or "0").split("/")[0]) or 0
            start, end = self.start - shift, self.end - shift
            if isInstant:
                # A chart's moments are those of its steps.
                moment = self.moments.get(expr, end)
                data = self.source.ask("/api/v1/query", query=expr, time=moment if end - 120 < moment <= end else end)
            else:
                data = self.source.ask("/api/v1/query_range", query=expr, start=start // step * step, end=end // step * step, step=step)
            found = [{"metric": {}, "value": data["result"]}] if data["resultType"] in ("scalar", "string") else data["result"]
            result += self.framed(target, found, expr, several, scope)
        return result

    def framed(self, target, found, expr, several, scope):
        ref = target.get("refId", "A")
        rows = [(one["metric"], one.get("values") or [one["value"]]) for one in found]
        number = lambda text: float(text.replace("Inf", "inf"))
        if target.get("format") == "table":
            if not rows:
                return []
            names = sorted({k for metric, _ in rows for k in metric})
            flat = [(metric, t, v) for metric, samples in rows for t, v in samples]
            return [{"refId": ref, "name": "", "fields": [
                {"name": "Time", "type": "time", "values": [t * 1000 for _, t, _ in flat]},
                *[{"name": n, "type": "string", "values": [metric.get(n) for metric, _, _ in flat]} for n in names],
                {"name": f"Value #{ref}" if several else "Value", "type": "number", "values": [number(v) for _, _, v in flat]}]}]
        if target.get("format") == "heatmap":
            # Buckets by themselves: the counters hold those below them, too.
            rows.sort(key=lambda row: number(row[0].get("le", "NaN")))
            below, own = {}, []
            for metric, samples in rows:
                own.append((metric, [(t, str(number(v) - below.get(t, 0))) for t, v in samples]))
                below.update((t, number(v)) for t, v in samples)
            rows = own
        result = []
        for metric, samples in rows:
            name = self.legend(target.get("legendFormat"), metric, expr, scope)
            result.append({"refId": ref, "name": name, "fields": [
                {"name": "Time", "type": "time", "values": [t * 1000 for t, _ in samples]},
                {"name": name, "source": "Value", "type": "number", "labels": metric, "values": [number(v) for _, v in samples]}]})
        return result

    def legend(self, form, metric, expr, scope):
        form = "__auto" if form is None else self.text(form, "glob", scope)
        own = re.sub(r"\{\{\s*(.+?)\s*\}\}", lambda f: metric.get(f[1], ""), form) if form != "__auto" else ""
        # One that is empty is none.
        if own:
            return own
        rest = [(k, v) for k, v in metric.items() if k != "__name__"]
        if not rest:
            return metric.get("__name__") or expr
        if form == "__auto" and len(rest) == 1 and "__name__" not in metric:
            return rest[0][1]
        return metric.get("__name__", "") + "{" + ", ".join(f'{k}="{v}"' for k, v in rest) + "}"

    def style(self, panel, frame, field, scope):
        style = dict(panel["fieldConfig"]["defaults"])
        style.update({f"custom.{k}": v for k, v in (style.get("custom") or {}).items()})
        for override in panel["fieldConfig"]["overrides"]:
            if belongs(override.get("matcher") or {}, frame, field):
                for one in override.get("properties") or []:
                    style[one["id"]] = one.get("value")
        style["fields"] = style.get("custom.hideFrom") or {}
        name = style.get("displayName") or style.get("title")
        style["name"] = named(self.text(name, "glob", scope), field) if name else field["name"]
        style["mappings"] = style.get("mappings") or []
        for key in ("decimals", "min", "max"):
            if style.get(key) in ("", None):
                style.pop(key, None)
        return style

    def expected(self, panel, scope, width):
        """What a panel shows: {"title", "type", "state", …}."""
        result = {"title": self.text(panel.get("title") or "", "text", scope), "type": panel["type"] or "placeholder"}
        if panel["type"] in (None, "text", "logs"):
            content = re.sub(r"(?s)<(script|style)\b.*?</\1>|<[^>]*>|\]\([^)]*\)|&\w+;|[#*_`|>\[\]()-]", " ", self.text(panel["options"].get("content") or panel.get("content") or "", "text", scope))
            words = [word for word in content.split() if word.isalnum() and "\n" not in word]
            return {**result, "state": "placeholder" if panel["type"] is None else "own", "words": words if panel["type"] == "text" else []}
        try:
            unasked = result["unasked"] = []
            self.isDoubtful = False
            frames = [f for f in self.frames(panel, scope, width, unasked) if length(f)]
        except Problem as problem:
            return {**result, "state": "error", "error": str(problem)}
        frames = transform(self.worded(panel.get("transformations"), scope), frames)
        work = {"timeseries": self.lines, "table": self.cells, "state-timeline": self.states}.get(panel["type"], self.singles)
        result.update(work(panel, frames, scope))
        return result

    def worded(self, options, scope):
        if isinstance(options, str):
            return self.text(options, "glob", scope)
        if isinstance(options, list):
            return [self.worded(one, scope) for one in options]
        return {self.text(k, "glob", scope): self.worded(v, scope) for k, v in options.items()} if isinstance(options, dict) else options

    def lines(self, panel, frames, scope):
        series, legend = [], panel["options"].get("legend") or {}
        # Of other overrides the page does not tell whom they are for.
        isSure = all((one.get("matcher") or {}).get("id") in ("byName", "byRegexp") for one in panel["fieldConfig"]["overrides"])
        # Of its legend: the names of calculations, and each series' values of them.
        calcs = [{"avg": "mean", "current": "lastNotNull", "total": "sum", "last": "last"}.get(c, c) for c in legend.get("calcs") or []]
        for frame in frames:
            if not any(f["type"] == "time" for f in frame["fields"]):
                continue
            for field in frame["fields"]:
                if field["type"] != "number":
                    continue
                style = self.style(panel, frame, field, scope)
                values = [None if v is None or not math.isfinite(v) else v for v in field["values"]]
                color = style.get("color") or {}
                by = reduce(values, {"min": "min", "max": "max"}.get(color.get("seriesBy"), "lastNotNull"))
                fixed = hue(color.get("fixedColor")) if color.get("mode") == "fixed" else display(by, {**style, "mappings": []})[1] if color.get("mode") == "thresholds" else None
                texts = [self.calculated(values, c, style) for c in calcs]
                series.append({"name": style["name"], "calcs": texts, "color": fixed, "legend": not (style["fields"].get("legend")),
                               "style": custom(style) if isSure and not style.get("displayName") else {}, "last": display(reduce(values, "lastNotNull"), style)[0]})
        # One without any number is a series, too.
        drawn = bool(series)
        table = legend.get("displayMode") == "table"
        return {"state": "drawn" if drawn else "empty", "series": series, "table": table,
                "legend": legend.get("showLegend", legend.get("displayMode") != "hidden" and legend.get("isVisible", True))}

    @staticmethod
    def calculated(values, calc, style):
        value = reduce(values, calc)
        # What depends on where the page's samples lie is not compared.
        return None if calc in ("lastTime", "firstTime") else display(value, style)[0]

    def singles(self, panel, frames, scope):
        options = panel["options"].get("reduceOptions") or {}
        calc = ([{"avg": "mean", "current": "lastNotNull", "total": "sum"}.get(c, c) for c in options.get("calcs") or []] or ["lastNotNull"])[0]
        wanted, limit, found = options.get("fields") or "", options.get("limit"), []
        meant = lambda f: f["type"] == "number" if not wanted else f["name"] == wanted or f.get("source") == wanted or wanted.startswith("/") and bool(pattern(wanted).search(f["name"]))
        for frame in frames:
            times = next((f["values"] for f in frame["fields"] if f["type"] == "time"), [])
            for field in filter(meant, frame["fields"]):
                style = self.style(panel, frame, field, scope)
                if style["fields"].get("viz"):
                    continue
                if not options.get("values"):
                    found.append((style["name"], reduce(field["values"], calc, times), style, field))
                    continue
                # A row is called by all of its texts, and by the field where there are other numbers.
                others = [f for f in frame["fields"] if f is not field and f["type"] != "time"]
                for row, value in enumerate(field["values"][:limit or 25]):
                    parts = [f["values"][row] for f in others if f["type"] == "string" and f["values"][row]]
                    name = parts + [style["name"]] * (any(f["type"] == "number" for f in others) or not parts)
                    found.append((style["name"] if style.get("displayName") else " ".join(name), value, style, field))
        found = found[:limit] if limit else found
        numbers = [v for _, _, _, f in found for v in f["values"] if isinstance(v, (int, float)) and math.isfinite(v)]
        # A gauge goes from 0 to 100 where nobody says otherwise.
        ends = (min(numbers), max(numbers)) if numbers and panel["type"] != "gauge" else (0, 100)
        mode = "palette-classic" if panel["type"] == "piechart" else "thresholds"
        prefix, suffix = (self.text(panel.get(k) or "", "glob", scope) for k in ("before", "behind"))
        values = []
        for name, value, style, _ in found:
            if not options.get("values") and calc in ("count", "distinctCount", "changeCount"):
                style = {**style, "unit": "none"}
            if not options.get("values") and calc in ("lastTime", "firstTime"):
                style = {**style, "unit": "dateTimeAsIso"}
            text, color = display(value, style, ends, mode)
            values.append({"name": name, "text": None if text is None else prefix + text + suffix, "color": color})
        if panel["type"] == "piechart" and panel["options"].get("sort", "desc") != "none":
            amount = lambda one: one[1] if isinstance(one[1], (int, float)) and math.isfinite(one[1]) else 0
            order = sorted(range(len(found)), key=lambda i: amount(found[i]), reverse=panel["options"].get("sort", "desc") == "desc")
            values = [values[i] for i in order]
        if not values and panel["type"] in ("stat", "gauge"):
            # What is not there has its own mapping, or what stands for it.
            text, _ = display(None, panel["fieldConfig"]["defaults"])
            values = [{"name": "", "text": prefix + text + suffix, "color": None}] if text != "–" else []
        return {"state": "drawn" if values else "empty", "values": values, "mode": panel["options"].get("colorMode", "value"), "text": panel["options"].get("textMode", "auto")}

    def cells(self, panel, frames, scope):
        if not frames:
            return {"state": "empty"}
        frame = frames[0]
        styles = [self.style(panel, frame, f, scope) for f in frame["fields"]]
        if place := panel["options"].get("sortPlace"):
            shown_columns = [f for f, s in zip(frame["fields"], styles)]
            if 0 <= place[0] < len(shown_columns):
                frame = ordered(frame, shown_columns[place[0]]["name"], place[1])
        elif sort := (panel["options"].get("sortBy") or [None])[0]:
            name = next((f["name"] for f, s in zip(frame["fields"], styles) if s["name"] == sort.get("displayName")), None)
            frame = ordered(frame, name, bool(sort.get("desc"))) if name else frame
        columns = []
        for field, style in zip(frame["fields"], styles):
            if style.get("custom.hidden") or style["fields"].get("viz"):
                continue
            if field["type"] == "time" and not str(style.get("unit", "")).startswith(("dateTime", "time:")):
                style = {**style, "unit": "dateTimeAsIso"}
            numbers = [v for v in field["values"] if isinstance(v, (int, float)) and math.isfinite(v)]
            ends = (min(numbers), max(numbers)) if numbers else (0, 100)
            options = style.get("custom.cellOptions") if isinstance(style.get("custom.cellOptions"), dict) else {}
            kind = options.get("type")
            kind = kind or style.get("custom.displayMode") or "auto"
            texts = [display(v, style, ends) for v in field["values"]]
            columns.append({"name": style["name"], "texts": [t for t, _ in texts], "colors": [c for _, c in texts] if kind.startswith("color-background") else None,
                            "row": bool(options.get("applyToRow")) and field["type"] == "number"})
        # A colour for all of its row.
        whole = next((one["colors"] for one in columns if one["row"]), None)
        for one in columns if whole else []:
            one["colors"] = whole
        return {"state": "drawn" if any(length(one) for one in frames) else "empty", "columns": columns}

    def states(self, panel, frames, scope):
        rows = []
        for frame in frames:
            for field in frame["fields"]:
                if field["type"] == "time" or not any(f["type"] == "time" for f in frame["fields"]):
                    continue
                style = self.style(panel, frame, field, scope)
                if style["fields"].get("viz"):
                    continue
                last = next((v for v in reversed(field["values"]) if v is not None), None)
                text = display(last, style, mode="continuous")[0]
                if panel.get("options", {}).get("mergeValues", True) and not mapped(last, style.get("mappings")):
                    text = self.state(last, style) or text
                rows.append({"name": style["name"], "text": text})
        return {"state": "drawn" if rows else "empty", "values": rows}

    def state(self, value, style):
        """States by thresholds are called by where they begin; what is yes or no is a state itself."""
        limits = (style.get("thresholds") or {}).get("steps", [])[1:]
        numeric = isinstance(value, (int, float)) and not str(style.get("unit", "")).startswith("bool")
        if not numeric or not limits or (style.get("color") or {}).get("mode") != "thresholds" or style["thresholds"].get("mode") == "percentage":
            return None
        text = lambda one: display(float(one["value"]), {**style, "mappings": []})[0]
        above = [one for one in limits if value >= float(one["value"])]
        return f"{text(above[-1])}+" if above else f"< {text(limits[0])}"


def custom(style):
    """How a series is drawn, by today's names; what is not said is None."""
    get = lambda name: style.get(f"custom.{name}")
    line = get("lineStyle") or {}
    scale = get("scaleDistribution") or {}
    nulls = get("spanNulls")
    return {
        "drawStyle": get("drawStyle"), "lineWidth": get("lineWidth"), "fillOpacity": get("fillOpacity"), "stacking": (get("stacking") or {}).get("mode"), "transform": get("transform"),
        "axisPlacement": get("axisPlacement"), "dashes": None if not line else line.get("fill") in ("dash", "dot", "square"), "fillBelowTo": get("fillBelowTo"), "unit": style.get("unit"),
        "gradient": get("gradientMode"), "min": limit(style.get("min")), "max": limit(style.get("max")),
        "spansNulls": nulls if isinstance(nulls, bool) else None, "lineInterpolation": get("lineInterpolation"), "logBase": scale.get("log") if scale.get("type") == "log" else None,
    }


def limit(text):
    """The end of an axis; that there is none is compared, too."""
    try:
        return float(text)
    except (TypeError, ValueError):
        return "–"


def shown_time(moment):
    return str(int(moment * 1000)) if moment == int(moment) else str(moment * 1000)


def belongs(matcher, frame, field):
    kind, options = matcher.get("id"), matcher.get("options")
    names = [one for one in (field["name"], field.get("source")) if one]
    if kind == "byName":
        return options in names
    if kind == "byNames":
        found = any(n in (options.get("names") or []) for n in names)
        return found != (options.get("mode") == "exclude")
    if kind == "byRegexp":
        return any(pattern(options or "").search(n) for n in names)
    if kind == "byType":
        return field["type"] == options
    if kind == "byFrameRefID":
        return (field.get("refId") or frame.get("refId")) == options
    if kind == "byValue":
        value = reduce(field["values"], options.get("reducer", "lastNotNull"))
        wanted, op = options.get("value"), options.get("op", ">=")
        if not isinstance(value, (int, float)) or wanted is None:
            return False
        return {"gt": value > wanted, "gte": value >= wanted, "lt": value < wanted, "lte": value <= wanted, "eq": value == wanted, "neq": value != wanted,
                ">": value > wanted, ">=": value >= wanted, "<": value < wanted, "<=": value <= wanted, "==": value == wanted, "=": value == wanted, "!=": value != wanted}.get(op, False)
    return False


def named(text, field):
    labels = field.get("labels") or {}

    def put(found):
        if found[1] or found[2]:
            return labels.get(found[1] or found[2], "")
        return ", ".join(f'{k}="{v}"' for k, v in labels.items()) if ".labels" in found[0] else field["name"]
    return re.sub(r'\$\{__(?:field|series)\.(?:labels(?:\.([^}]+)|\["([^"]+)"\])?|name|displayName)\}', put, text)
