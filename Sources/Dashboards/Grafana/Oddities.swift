/// What stands in a file otherwise than Grafana writes it and is read nonetheless: told, so that nobody has to wonder.
enum Oddities {
    /// - Parameters:
    ///   - root: the dashboard, in words of the classic model.
    ///   - file: all of the file.
    static func tell(of root: JSONNode, in file: JSONNode, _ losses: Losses) {
        tellDoubledKeys(of: file, losses)
        let panels = (root["panels"]?.list ?? []) + (root["rows"]?.list ?? [])
        for panel in panels.flatMap({ [$0] + ($0["panels"]?.list ?? []) }) {
            tellNumbers(of: panel, losses)
            tellOptions(of: panel, losses)
        }
        // Those of the reader's own zone are what Grafana takes, too.
        if let zone = root["timezone"], let name = zone.words, name != "browser" {
            losses.add("times stand in the reader's own time zone, not in \"\(name)\"", zone)
        }
        tellVariables(root["templating"]?["list"]?.list ?? [], losses)
    }

    private static func tellDoubledKeys(of node: JSONNode, _ losses: Losses) {
        for item in node.list ?? [] { tellDoubledKeys(of: item, losses) }
        guard let members = node.members else { return }
        var known: Set<String> = []
        for (key, value) in members {
            if !known.insert(key).inserted {
                losses.add("the key \"\(key.prefix(60))\" stands here a second time: the last one counts", value)
            }
            tellDoubledKeys(of: value, losses)
        }
    }

    // MARK: Numbers

    private static let numbers = [
        ["gridPos", "x"], ["gridPos", "y"], ["gridPos", "w"], ["gridPos", "h"],
        ["fieldConfig", "defaults", "decimals"],
        ["fieldConfig", "defaults", "min"], ["fieldConfig", "defaults", "max"], ["maxDataPoints"],
    ]
    /// Grafana's grid has 24 columns; a page of this many rows has no end.
    private static let rowsMax = 100_000.0

    private static func tellNumbers(of panel: JSONNode, _ losses: Losses) {
        let title = panel["title"]?.text ?? ""
        for path in numbers {
            guard let node = panel[path], node.text != "" else { continue }
            guard let number = node.number else {
                losses.add("panel \"\(title)\": \"\(path.joined(separator: "."))\" is no number", node)
                continue
            }
            if path[0] == "gridPos", number < 0 || number > (path[1] == "y" || path[1] == "h" ? rowsMax : 24) {
                losses.add("panel \"\(title)\": \"\(path.joined(separator: "."))\" is outside of the grid", node)
            }
        }
    }

    // MARK: Options

    /// What of a panel's look is not drawn: where it stands, by which value, and what is seen instead.
    private static func tellOptions(of panel: JSONNode, _ losses: Losses) {
        let title = panel["title"]?.text ?? ""
        if panel["alert"]?.isObject == true {
            losses.add("panel \"\(title)\" has an alert of Grafana, which is not evaluated here; write a rule", panel)
        }
        if let node = panel["options"]?["showPercentChange"], node.bool == true {
            losses.add("panel \"\(title)\": the change in percent is not shown here", node)
        }
        for (key, node) in panel["fieldConfig"]?["defaults"]?["custom"]?.members ?? [] {
            tellLook(key, node, of: title, losses)
        }
        for property in (panel["fieldConfig"]?["overrides"]?.list ?? []).flatMap({ $0["properties"]?.list ?? [] }) {
            guard let name = property["id"]?.text, name.hasPrefix("custom."), let value = property["value"] else {
                continue
            }
            tellLook(String(name.dropFirst(7)), value, of: title, losses)
        }
        tellCalculations(of: panel, title, losses)
    }

    private static let cells: Set = [
        "auto", "color-text", "color-background", "color-background-solid", "gauge", "gradient-gauge", "lcd-gauge",
        "basic", "json-view",
    ]

    /// Kinds of axes and of cells that are not drawn.
    private static func tellLook(_ key: String, _ value: JSONNode, of title: String, _ losses: Losses) {
        switch key {
        case "scaleDistribution" where value["type"]?.text == "symlog":
            losses.add(
                "panel \"\(title)\": an axis of the kind \"symlog\" is drawn as a plain one", value["type"] ?? value)
        case "cellOptions", "displayMode":
            guard let kind = (value["type"] ?? value).words, !cells.contains(kind) else { return }
            let text =
                kind == "sparkline"
                ? "lines in cells are not drawn here: the last value is shown"
                : "cells of the kind \"\(kind)\" are not drawn here: their values are written"
            losses.add("panel \"\(title)\": \(text)", value["type"] ?? value)
        default: break
        }
    }

    /// As the pages know them.
    private static let calculations: Set = [
        "min", "max", "sum", "mean", "median", "variance", "stdDev", "range", "diff", "diffperc", "delta", "step",
        "logmin", "last", "first", "lastNotNull", "firstNotNull", "count", "countAll", "distinctCount", "changeCount",
        "allIsNull", "allIsZero", "allValues", "uniqueValues", "lastTime", "firstTime",
    ]

    private static func tellCalculations(of panel: JSONNode, _ title: String, _ losses: Losses) {
        let options = panel["options"]
        var named = [options?["reduceOptions"]?["calcs"], options?["fieldOptions"]?["calcs"]]
        if options?["footer"]?["show"]?.bool == true { named.append(options?["footer"]?["reducer"]) }
        if panel["type"]?.text != "piechart" { named.append(options?["legend"]?["calcs"]) }
        for step in panel["transformations"]?.list ?? [] where step["disabled"]?.bool != true {
            let own = step["options"]
            named += [own?["reducers"], own?["reduce"]?["reducer"]]
            named += (own?["fields"]?.members ?? []).map { $0.value["aggregations"] }
            if step["id"]?.text == "timeSeriesTable" { named += (own?.members ?? []).map { $0.value["stat"] } }
        }
        for node in named.compactMap({ $0 }) {
            for name in node.texts.map(PanelReader.calculation)
            where !calculations.contains(name) && name.wholeMatch(of: /p\d{1,2}/) == nil {
                losses.add(
                    "panel \"\(title)\": the calculation \"\(name)\" is not known here: the largest value is taken",
                    node)
            }
        }
    }

    // MARK: Variables

    private static func tellVariables(_ list: [JSONNode], _ losses: Losses) {
        var needs: [String: Set<String>] = [:]
        // Nobody has more, and each is looked at from every other one.
        let list = list.prefix(500)
        for node in list {
            guard let name = node["name"]?.words else { continue }
            let query = node["query"]
            let texts = [query?.text, query?["query"]?.text, node["regex"]?.text].compactMap { $0 }
            needs[name] = Set(texts.flatMap(names))
            if let regex = node["regex"], let text = regex.words, let reason = PatternText.problem(of: text) {
                losses.add("the regular expression of the variable \"\(name)\" cannot be read: \(reason)", regex)
            }
        }
        for node in list {
            guard let name = node["name"]?.words else { continue }
            var (reached, open) = (Set<String>(), Array(needs[name] ?? []))
            while let next = open.popLast() {
                if reached.insert(next).inserted { open += needs[next] ?? [] }
            }
            if reached.contains(name) {
                losses.add("the variable \"\(name)\" needs itself, by what it names: it is looked up without", node)
            }
        }
    }

    /// The variables that a text names: `$x`, `${x}`, `[[x]]`.
    private static func names(in text: String) -> [String] {
        text.matches(of: /\$\{?(\w+)|\[\[(\w+)/).compactMap { ($0.1 ?? $0.2).map(String.init) }
    }
}

/// Regular expressions of browsers, which the pages use; here only looked at.
enum PatternText {
    /// Why one cannot be read: what is wrong with its brackets and repetitions; `nil` for nothing that is seen here.
    /// - Parameter text: between slashes with flags behind, or without.
    static func problem(of text: String) -> String? {
        var pattern = text[...]
        if text.hasPrefix("/"), let end = text.lastIndex(of: "/"), end > text.startIndex {
            pattern = text[text.index(after: text.startIndex)..<end]
        }
        var (depth, isInSet, isEscaped, canRepeat) = (0, false, false, false)
        for letter in pattern {
            if isEscaped {
                (isEscaped, canRepeat) = (false, true)
            } else if letter == "\\" {
                isEscaped = true
            } else if isInSet {
                if letter == "]" { (isInSet, canRepeat) = (false, true) }
            } else {
                switch letter {
                case "[": isInSet = true
                case "(": (depth, canRepeat) = (depth + 1, false)
                case ")":
                    if depth == 0 { return "a \")\" has no \"(\"" }
                    (depth, canRepeat) = (depth - 1, true)
                case "|": canRepeat = false
                case "*", "+":
                    if !canRepeat { return "there is nothing before \"\(letter)\" to repeat" }
                    canRepeat = false
                // Behind another repetition or a bracket it means something else.
                case "?": canRepeat = false
                default: canRepeat = true
                }
            }
        }
        if isEscaped { return "it ends with a \"\\\"" }
        if isInSet { return "a \"[\" has no \"]\"" }
        return depth > 0 ? "a \"(\" has no \")\"" : nil
    }
}
