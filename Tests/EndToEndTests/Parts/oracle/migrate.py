"""Dashboards of any schema as today's classic model, by what Grafana documents of its own migrations."""
import json
import re

CALCS = {"avg": "mean", "current": "lastNotNull", "total": "sum", "last_time": "lastTime", "name": "lastNotNull"}
DRAWN = {
    "timeseries": "timeseries", "stat": "stat", "gauge": "gauge", "bargauge": "bargauge", "table": "table", "text": "text",
    "logs": "logs", "piechart": "piechart", "grafana-piechart-panel": "piechart", "state-timeline": "state-timeline",
}
OURS = {"prometheus", "watchpost", "thanos", "mimir", "victoriametrics-metrics-datasource", "grafana-amazonprometheus-datasource"}


def number(value):
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def dashboard(path):
    with open(path, encoding="utf-8") as file:
        root = json.load(file)
    spec = root.get("spec")
    if isinstance(spec, dict) and "elements" in spec:
        return second(spec)
    for key in (None, "dashboard", "spec"):
        one = root if key is None else root.get(key)
        if isinstance(one, dict) and ("panels" in one or "rows" in one):
            return classic(one)
    raise ValueError(path)


def supplied(node, inputs):
    """What an import would be asked for has its proposed value."""
    if isinstance(node, str):
        return re.sub(r"\$\{(\w+)\}", lambda f: inputs.get(f[1], f[0]), node)
    if isinstance(node, list):
        return [supplied(one, inputs) for one in node]
    return {key: supplied(one, inputs) for key, one in node.items()} if isinstance(node, dict) else node


def shared(root):
    """Panels of a library stand in the file's elements, and queries of another panel are those of that one."""
    elements = root.get("__elements") or {}
    if isinstance(elements, list):
        elements = {one.get("uid"): one for one in elements}
    every = [p for top in (root.get("panels") or []) + [p for r in root.get("rows") or [] for p in r.get("panels", [])] for p in [top, *(top.get("panels") or [])]]
    for panel in every:
        model = elements.get((panel.get("libraryPanel") or {}).get("uid"), {}).get("model")
        if model:
            panel.update({**model, **{key: panel[key] for key in ("gridPos", "id", "repeat", "title") if panel.get(key)}})
    for panel in every:
        sources = {t["panelId"] for t in panel.get("targets") or [] if t.get("panelId") and not t.get("expr")}
        other = next((p for p in every if p.get("id") in sources), None)
        if other:
            panel["targets"], panel["datasource"] = other.get("targets"), other.get("datasource")


def classic(root):
    root = supplied(root, {one.get("name"): str(one.get("value", "")) for one in root.get("__inputs") or [] if one.get("type") == "constant"})
    shared(root)
    variables = root.get("templating", {}).get("list", [])
    panels = [one for one in root.get("panels") or []]
    if root.get("rows"):
        panels += rows(root)
    return {"title": root.get("title", ""), "variables": variables, "sections": sections(panels)}


def rows(root):
    """Rows of twelve columns below each other; their headings show where one row wants that."""
    result, top = [], max([p["gridPos"]["y"] + p["gridPos"]["h"] for p in root.get("panels") or [] if "gridPos" in p] or [0])
    shown = any(r.get("collapse") or r.get("showTitle") or r.get("repeat") for r in root["rows"])
    for row in root["rows"]:
        if not row.get("repeat") and row.get("repeatIteration"):
            continue
        if shown:
            result.append({"type": "row", "title": row.get("title", ""), "repeat": row.get("repeat"), "repeatIteration": row.get("repeatIteration"), "gridPos": {"x": 0, "y": top, "w": 24, "h": 1}})
            top += 1
        left = high = 0
        for panel in row.get("panels", []):
            width = min(24, max(1, int(panel.get("span") or 4) * 2))
            pixels = number(str(panel.get("height") or row.get("height") or 250).replace("px", "")) or 250
            height = -(-max(90, pixels) // 38)
            if left + width > 24:
                top, left, high = top + high, 0, 0
            result.append({**panel, "gridPos": {"x": left, "y": top, "w": width, "h": height}})
            left, high = left + width, max(high, height)
        top += high
    return result


def sections(panels):
    # What an earlier repetition has left behind is made anew.
    panels = [p for p in panels if p.get("repeat") or not p.get("repeatPanelId") and not (p.get("type") == "row" and p.get("repeatIteration"))]
    at = lambda p: (p.get("gridPos", {}).get("y", 0), p.get("gridPos", {}).get("x", 0))
    result, closed = [{"title": None, "repeat": None, "panels": []}], False
    for panel in sorted(panels, key=at):
        if panel.get("type") != "row":
            if closed:
                result.append({"title": None, "repeat": None, "panels": []})
            closed = False
            result[-1]["panels"].append(today(panel))
            continue
        inner = sorted(panel.get("panels") or [], key=at)
        result.append({"title": panel.get("title", ""), "repeat": panel.get("repeat"), "panels": [today(p) for p in inner]})
        closed = bool(panel.get("collapsed")) and bool(inner)
    return [one for one in result if one["title"] is not None or one["panels"]]


def second(spec):
    """The second schema's elements, at the places of its layout."""
    panels, top = [], [0]

    def place(layout):
        inner = layout.get("spec", layout)
        begin, count = top[0], 0
        for item in inner.get("items", []):
            own = item.get("spec", item)
            if "elements" in own:
                # A row within a grid: what it holds counts from below its heading.
                at = begin + own.get("y", 0)
                panels.append({"type": "row", "title": own.get("title", ""), "repeat": (own.get("repeat") or {}).get("value"), "collapsed": own.get("collapsed"), "gridPos": {"x": 0, "y": at, "w": 24, "h": 1}})
                heading, top[0] = panels[-1], at + 1
                first = len(panels)
                place({"items": own["elements"]})
                heading["panels"] = panels[first:]
                del panels[first:]
                continue
            element = spec["elements"].get(own.get("element", {}).get("name"), {}).get("spec")
            if element is None:
                continue
            drawing, data = element["vizConfig"], element.get("data", {}).get("spec", {})
            targets = []
            for query in data.get("queries", []):
                one = query["spec"]
                kind = one["query"].get("group") or one["query"].get("kind")
                source = {"type": kind, "uid": (one["query"].get("datasource") or {}).get("name") or (one.get("datasource") or {}).get("uid")}
                targets.append({**one["query"].get("spec", {}), "refId": one.get("refId", "A"), "hide": one.get("hidden"), "datasource": source})
            repeat = own.get("repeat") or {}
            panels.append({
                "id": element.get("id"), "title": element.get("title", ""), "type": drawing.get("group") or drawing.get("kind"), "targets": targets, "repeat": repeat.get("value"),
                "repeatDirection": repeat.get("direction"), "options": drawing["spec"].get("options", {}), "fieldConfig": drawing["spec"].get("fieldConfig", {}),
                "transformations": [{"id": t.get("group") or t.get("kind"), "options": t["spec"].get("options", {}), "disabled": t["spec"].get("disabled"), "filter": t["spec"].get("filter")} for t in data.get("transformations", [])],
                "gridPos": {"x": own.get("x", count % 2 * 12), "y": begin + own["y"] if "y" in own else begin + count // 2 * 8, "w": own.get("width", 12), "h": own.get("height", 8)},
            })
            count += 1
            top[0] = max(top[0], panels[-1]["gridPos"]["y"] + panels[-1]["gridPos"]["h"])
        for row in inner.get("rows", []) + inner.get("tabs", []):
            own = row["spec"]
            panels.append({"type": "row", "title": own.get("title", ""), "repeat": (own.get("repeat") or {}).get("value"), "gridPos": {"x": 0, "y": top[0], "w": 24, "h": 1}})
            top[0] += 1
            place(own["layout"])

    place(spec["layout"])
    shared({"panels": panels})
    variables = []
    for one in spec.get("variables", []):
        own = one["spec"]
        query = own.get("query")
        if isinstance(query, dict):
            query = query.get("spec", {}).get("query") or query.get("spec", {}).get("expr")
        hide = {"hideLabel": 1, "hideVariable": 2}.get(own.get("hide"), 0)
        variables.append({**own, "type": {"text": "textbox"}.get(kind := one["kind"].removesuffix("Variable").lower(), kind), "query": query, "hide": hide, "sort": own.get("sort", 0)})
    for one in variables:
        orders = ["disabled", "alphabeticalAsc", "alphabeticalDesc", "numericalAsc", "numericalDesc", "alphabeticalCaseInsensitiveAsc", "alphabeticalCaseInsensitiveDesc", "naturalAsc", "naturalDesc"]
        if one["sort"] in orders:
            one["sort"] = orders.index(one["sort"])
    return {"title": spec.get("title", ""), "variables": variables, "sections": sections(panels)}


def today(old):
    """A panel in the words of today: type, targets, options, fieldConfig, transformations."""
    kind = old.get("type", "")
    panel = {**old, "options": dict(old.get("options") or {}), "fieldConfig": {
        "defaults": dict((old.get("fieldConfig") or {}).get("defaults") or {}), "overrides": list((old.get("fieldConfig") or {}).get("overrides") or [])}}
    if kind == "graph":
        graph(old, panel)
        # Those that are not over time: of bars by series, and of a histogram.
        panel["type"] = {"series": "bargauge", "histogram": None}.get((old.get("xaxis") or {}).get("mode"), "timeseries")
        if panel["type"] == "bargauge":
            values = (old.get("xaxis") or {}).get("values") or ["total"]
            panel["options"]["reduceOptions"] = {"calcs": [CALCS.get(values[0], values[0])]}
            panel["fieldConfig"]["defaults"]["color"] = {"mode": "palette-classic"}
    elif kind == "grafana-piechart-panel" and "format" in old:
        panel["fieldConfig"]["defaults"].update({"unit": old["format"], **({"decimals": old["decimals"]} if number(old.get("decimals")) is not None else {})})
        panel["options"] = {"reduceOptions": {"calcs": [CALCS.get(old.get("valueName", "current"), old.get("valueName", "current"))]}}
    elif kind in ("singlestat", "grafana-singlestat-panel"):
        singlestat(old, panel)
    elif kind == "table-old" or kind == "table" and "styles" in old and "fieldConfig" not in old:
        table(old, panel)
    elif kind == "gauge" and "fieldConfig" not in old and "fieldOptions" not in panel["options"]:
        first_gauge(panel)
    elif "fieldOptions" in panel["options"]:
        fields = panel["options"]["fieldOptions"]
        panel["fieldConfig"] = {"defaults": dict(fields.get("defaults") or {}), "overrides": fields.get("overrides") or []}
        panel["options"]["reduceOptions"] = fields
        for key in ("thresholds", "mappings"):
            if key in fields:
                panel["fieldConfig"]["defaults"].setdefault(key, fields[key])
    defaults = panel["fieldConfig"]["defaults"]
    if defaults.get("title"):
        defaults["title"] = defaults["title"].replace("$__field_name", "${__field.name}").replace("$__series_name", "${__series.name}")
    if isinstance(defaults.get("thresholds"), list):
        defaults["thresholds"] = {"mode": "absolute", "steps": defaults["thresholds"]}
    defaults["mappings"] = mappings(defaults.get("mappings"))
    for override in panel["fieldConfig"]["overrides"]:
        for one in override.get("properties", []):
            if one["id"] == "mappings":
                one["value"] = mappings(one["value"])
    panel["type"] = DRAWN.get(panel.get("type"))
    every = old.get("targets") or []
    kinds = [source(t, old) for t in every]
    panel["targets"] = [t for t, of in zip(every, kinds) if (t.get("expr") or "").strip() and not t.get("hide") and (of is None or of in OURS)]
    # Queries without any expression are of another source, whatever its name is.
    visible = [t for t in every if not t.get("hide")]
    foreign = any(of and of not in OURS for of in kinds) or visible and all("expr" not in t for t in visible)
    if panel["type"] not in ("text", "logs", None) and not panel["targets"] and foreign:
        panel["type"] = None
    if panel["type"] == "logs" and (any(of == "loki" for of in kinds) or panel["targets"]):
        panel["type"] = None
    return panel


def first_gauge(panel):
    """Gauges of Grafana 6.0 and 6.1 had all in their options."""
    options = panel["options"]
    own = {**options, **(options.get("valueOptions") or {})}
    limits = sorted(options.get("thresholds") or [], key=lambda one: one.get("index", 0))
    panel["fieldConfig"]["defaults"] = {
        **{key: own[key] for key in ("unit", "decimals") if own.get(key) is not None}, "min": number(own.get("minValue")) or 0, "max": number(own.get("maxValue", 100)),
        "mappings": own.get("valueMappings") or [], "thresholds": limits}
    panel["before"], panel["behind"] = own.get("prefix", ""), own.get("suffix", "")
    panel["options"] = {"reduceOptions": {"calcs": [CALCS.get(own.get("stat"), own.get("stat") or "mean")]}}


def source(target, panel):
    own = target.get("datasource")
    if "__expr__" in (own, (own or {}).get("uid") if isinstance(own, dict) else None):
        return "__expr__"
    for one in (target.get("datasource"), panel.get("datasource")):
        if isinstance(one, dict) and one.get("type") not in (None, "datasource", "mixed", "-- Mixed --"):
            return one["type"]
        if isinstance(one, dict) and one.get("uid") == "-- Mixed --":
            continue
    return None


def graph(old, panel):
    panel["type"] = "timeseries"
    defaults, axes = panel["fieldConfig"]["defaults"], old.get("yaxes") or []
    left, right = (axes + [{}, {}])[:2]
    unit = left.get("format") or (old.get("y_formats") or [None])[0]
    if unit:
        defaults["unit"] = unit
    decimals = number(left.get("decimals", old.get("decimals")))
    if decimals is not None:
        defaults["decimals"] = decimals
    for key, before in (("min", "leftMin"), ("max", "leftMax")):
        end = number(left.get(key, (old.get("grid") or {}).get(before)))
        if end is not None:
            defaults[key] = end
    defaults["custom"] = drawn_as(old, left)
    legend = old["legend"] if isinstance(old.get("legend"), dict) else {}
    calcs = [CALCS.get(c, c) for c in ("min", "max", "avg", "current", "total") if legend.get(c)] if legend.get("values") else []
    panel["options"]["legend"] = {"showLegend": legend.get("show", True), "displayMode": "table" if legend.get("alignAsTable") else "list", "calcs": calcs}
    made = []
    for name, color in (old.get("aliasColors") or {}).items():
        made.append({"matcher": matcher(name), "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": color}}]})
    for one in old.get("seriesOverrides") or []:
        properties = []
        if one.get("color"):
            properties.append({"id": "color", "value": {"mode": "fixed", "fixedColor": one["color"]}})
        if one.get("yaxis") == 2:
            properties += second_axis(old, right)
        if one.get("legend") is False:
            properties.append({"id": "custom.hideFrom", "value": {"legend": True}})
        properties += [{"id": f"custom.{key}", "value": value} for key, value in series_drawn_as(one, old).items()]
        made.append({"matcher": matcher(one.get("alias", "")), "properties": properties})
    panel["fieldConfig"]["overrides"] = made + panel["fieldConfig"]["overrides"]


def second_axis(old, right):
    """What holds for a series of the right axis, which has no limits of the left one: None is as if nobody had said it."""
    grid, formats = old.get("grid") or {}, old.get("y_formats") or []
    unit = right.get("format") or (formats[1] if len(formats) > 1 else None)
    decimals = number(right.get("decimals", old.get("decimals")))
    limits = {"min": number(right.get("min", grid.get("rightMin"))), "max": number(right.get("max", grid.get("rightMax")))}
    base = number(right.get("logBase"))
    found = {**limits, "decimals": decimals, "custom.scaleDistribution": {"type": "log", "log": base} if base in (2, 10) else None}
    return [{"id": key, "value": value} for key, value in ({"unit": unit} if unit else {}).items()] + [{"id": key, "value": value} for key, value in found.items()]


def drawn_as(old, left):
    """Lines, bars, areas of a graph in the words of today's time series; what a file does not say is left out."""
    bars, lines = old.get("bars", False), old.get("lines", True)
    result = {"drawStyle": "bars" if bars else "line" if lines else "points"}
    if not bars and lines:
        result["lineWidth"] = number(old.get("linewidth", 1))
        if number(old.get("fill")) is not None:
            result["fillOpacity"] = number(old["fill"]) * 10
    if (number(old.get("fillGradient")) or 0) > 0:
        result["gradientMode"] = "opacity"
        if not bars:
            result["fillOpacity"] = number(old["fillGradient"]) * 10
    if old.get("stack"):
        result["stacking"] = {"mode": "percent" if old.get("percentage") else "normal"}
    if old.get("nullPointMode") == "connected":
        result["spanNulls"] = True
    if old.get("steppedLine"):
        result["lineInterpolation"] = "stepAfter"
    if old.get("dashes"):
        result["lineStyle"] = {"fill": "dash"}
    if (number(left.get("logBase")) or 1) > 1:
        result["scaleDistribution"] = {"type": "log", "log": number(left["logBase"])}
    return result


def series_drawn_as(one, old):
    result = {}
    if number(one.get("fill")) is not None and not one.get("bars"):
        result["fillOpacity"] = number(one["fill"]) * 10
    if one.get("bars") is True:
        result.update({"drawStyle": "bars", "fillOpacity": 100})
    elif one.get("lines") is True:
        result["drawStyle"] = "line"
    if one.get("lines") is False:
        result["lineWidth"] = 0
    elif number(one.get("linewidth")) is not None:
        result["lineWidth"] = number(one["linewidth"])
    right = (old.get("yaxes") or [{}, {}])[1:]
    if one.get("yaxis") == 2:
        result["axisPlacement"] = "hidden" if right and right[0].get("show") is False else "right"
    if one.get("transform"):
        result["transform"] = one["transform"]
    if "stack" in one:
        result["stacking"] = {"mode": "none" if one["stack"] is False else "percent" if old.get("percentage") else "normal"}
    if "dashes" in one:
        result["lineStyle"] = {"fill": "dash" if one["dashes"] else "solid"}
    if one.get("fillBelowTo"):
        result["fillBelowTo"] = one["fillBelowTo"]
    if "steppedLine" in one:
        result["lineInterpolation"] = "stepAfter" if one["steppedLine"] else "linear"
    return result


def matcher(alias):
    return {"id": "byRegexp" if re.match(r"^/.*/", alias) else "byName", "options": alias}


def singlestat(old, panel):
    gauge = old.get("gauge") or {}
    panel["type"] = "gauge" if gauge.get("show") else "stat"
    defaults, options = panel["fieldConfig"]["defaults"], panel["options"]
    if old.get("format"):
        defaults["unit"] = old["format"]
    if number(old.get("decimals")) is not None:
        defaults["decimals"] = number(old["decimals"])
    if old.get("nullText"):
        defaults["noValue"] = old["nullText"]
    if gauge.get("show"):
        defaults["min"], defaults["max"] = gauge.get("minValue", 0), gauge.get("maxValue", 100)
    if old.get("thresholds"):
        colors = old.get("colors") or []
        values = [number(part) for part in str(old["thresholds"]).split(",")]
        steps = [{"value": None, "color": colors[0] if colors else "green"}]
        # Limits without a colour of their own are none.
        steps += [{"value": v, "color": color} for v, color in zip(values, colors[1:] or ["orange", "red"]) if v is not None]
        defaults["thresholds"] = {"mode": "absolute", "steps": steps}
    defaults["mappings"] = old_maps(old)
    options["reduceOptions"] = {"calcs": [CALCS.get(old.get("valueName", "avg"), old.get("valueName", "avg"))]}
    asked = [t for t in old.get("targets") or [] if t.get("expr") and not t.get("hide")]
    if old.get("tableColumn") and old["tableColumn"] != "Value" and asked and asked[0].get("format") == "table":
        options["reduceOptions"]["fields"] = f"/^{re.escape(old['tableColumn'])}$/"
    options["colorMode"] = "background" if old.get("colorBackground") else "value" if old.get("colorValue") else "none"
    options["textMode"] = "name" if old.get("valueName") == "name" else "auto"
    panel["before"], panel["behind"] = old.get("prefix", ""), old.get("postfix", "")


def old_maps(old):
    values = [{"type": 1, **one} for one in old.get("valueMaps") or []] if old.get("mappingType", 1) == 1 else []
    ranges = [{"type": 2, **one} for one in old.get("rangeMaps") or []] if old.get("mappingType", 1) == 2 else []
    return values + ranges


def table(old, panel):
    panel["type"] = "table"
    aggregated = old.get("transform") == "timeseries_aggregations"
    renamed = {"Metric": "Field", "Avg": "Mean", "Total": "Total", "Current": "Last *", "Min": "Min", "Max": "Max", "Count": "Count"} if aggregated else {}
    styles = [one for one in old.get("styles") or [] if one.get("pattern")]
    # The pattern of all columns holds where no other one does.
    for style in sorted(styles, key=lambda one: one["pattern"] != "/.*/" or one.get("type") == "hidden"):
        properties = []
        if style.get("alias"):
            properties.append({"id": "displayName", "value": style["alias"]})
        if style.get("type") == "hidden":
            properties.append({"id": "custom.hidden", "value": True})
        if style.get("type") == "date":
            properties.append({"id": "unit", "value": "dateTimeAsIso"})
        if style.get("type") == "number":
            properties += [{"id": key, "value": style[key]} for key in ("unit", "decimals") if style.get(key) is not None]
            if style.get("colorMode") and style.get("colors"):
                values = [number(one) for one in style.get("thresholds") or []]
                steps = [{"value": None, "color": style["colors"][0]}] + [{"value": v, "color": c} for v, c in zip(values, style["colors"][1:]) if v is not None]
                properties.append({"id": "thresholds", "value": {"mode": "absolute", "steps": steps}})
                properties.append({"id": "custom.cellOptions", "value": {"type": "color-text" if style["colorMode"] == "value" else "color-background", "applyToRow": style["colorMode"] == "row"}})
        found = mappings([{"type": 1, **one} for one in style.get("valueMaps") or []] + [{"type": 2, **one} for one in style.get("rangeMaps") or []])
        if found:
            properties.append({"id": "mappings", "value": found})
        for name in {style["pattern"], renamed.get(style["pattern"], style["pattern"])}:
            panel["fieldConfig"]["overrides"].append({"matcher": matcher(name), "properties": properties})
    asked = [t for t in old.get("targets") or [] if t.get("expr") and not t.get("hide")]
    if asked and asked[0].get("format") == "table":
        # The old table put the columns of all queries into one.
        step, options = "merge" if len(asked) > 1 else None, {}
    else:
        step = {"timeseries_aggregations": "reduce", "timeseries_to_columns": "joinByField"}.get(old.get("transform"), "seriesToRows")
        columns = [CALCS.get(one.get("value"), one.get("value")) for one in old.get("columns") or []]
        options = {"reducers": columns or ["mean"]} if step == "reduce" else {}
    panel["transformations"] = [{"id": step, "options": options}] if step else []
    sort = old.get("sort") or {}
    if sort.get("col") is not None:
        panel["options"]["sortPlace"] = (sort["col"], bool(sort.get("desc")))


def mappings(found):
    """Those from before Grafana 8 had numbers as types, and a value or a range each."""
    result = []
    for one in found or []:
        kind = one.get("type")
        if kind in ("value", "range", "regex", "special"):
            result.append(one)
        elif kind == 2:
            limits = {key: number(one.get(key)) for key in ("from", "to")}
            if one.get("from") == "null":
                result.append({"type": "special", "options": {"match": "null", "result": {"text": one.get("text")}}})
            else:
                result.append({"type": "range", "options": {**limits, "result": {"text": one.get("text")}}})
        elif one.get("value") == "null":
            result.append({"type": "special", "options": {"match": "null", "result": {"text": one.get("text")}}})
        elif one.get("value") is not None:
            result.append({"type": "value", "options": {str(one["value"]): {"text": one.get("text")}}})
    return result
