internal import SiteView

/// The commonest values of a field, each a filter.
struct LogFacet: Sendable {
    struct Value: Sendable {
        let text: String
        let count: String
        /// Of the greatest count, in percent.
        let share: Int
        let link: String
        let exclude: String
        let isOn: Bool
    }

    let name: String
    let values: [Value]
    /// How often other values come.
    let others: String?
    /// The page without it, where it was asked for.
    let remove: LogRow.Link?

    init(_ name: String, _ terms: LogTerms, _ address: LogsAddress) {
        self.name = VisibleText.short(name)
        let most = max(1, terms.values.first?.count ?? 1)
        values = terms.values.filter { $0.value.utf8.count <= LogFieldFilter.longest }.map { term in
            let filter = LogFieldFilter(name: name, value: term.value)
            let isOn = address.has(filter)
            return Value(
                text: term.value.isEmpty ? say("logs.empty") : VisibleText.short(term.value),
                count: Shown.count(term.count),
                share: max(1, term.count * 100 / most),
                link: (isOn ? address.without(filter.text) : address.filtered(filter)).link(),
                exclude: address.filtered(LogFieldFilter(name: name, value: term.value, isExcluded: true)).link(),
                isOn: isOn)
        }
        others = terms.others > 0 ? Shown.count(terms.others) : nil
        remove =
            address.facets.contains(name)
            ? LogRow.Link(link: address.changed { $0.facets.removeAll { $0 == name } }.link()) : nil
    }
}

/// A field that events on the page have.
struct LogFieldChoice: Sendable {
    let name: String
    let column: String
    let isColumn: Bool
    let facet: String
    let isFacet: Bool
}

/// Which fields of events are worth counting.
struct LogFieldChoices: Sendable {
    /// Those of which values are counted.
    let facets: [String]
    let all: [LogFieldChoice]

    private static let usual = ["level", "component", "camera_id"]
    private static let otherFacets = 5
    private static let fieldsMax = 200
    /// What every event of an input has alike, or each otherwise.
    private static let dull = ["message", "log.offset", "log.original", "event.original"]
    private static let dullPrefixes = [
        "agent.", "ecs.", "@", "host.os.", "host.ip", "host.mac", "log.file.fingerprint",
    ]

    init(of events: [LogEventView], _ address: LogsAddress) {
        var counts: [String: Int] = [:]
        var values: [String: Set<String>] = [:]
        for event in events {
            for (field, value) in event.fields {
                let name = field.hasPrefix("fields.") ? String(field.dropFirst(7)) : field
                counts[name, default: 0] += 1
                // Where values are long or many, their number is not asked for.
                if values[name]?.count ?? 0 <= events.count / 2 + 10 {
                    values[name, default: []].insert(String(value.text.prefix(80)))
                }
            }
        }
        let common = counts.filter { name, count in
            let distinct = values[name]?.count ?? 0
            let isDull = Self.dull.contains(name) || Self.dullPrefixes.contains { name.hasPrefix($0) }
            return !isDull && !Self.usual.contains(name) && count * 20 >= events.count && distinct > 1
                && distinct * 2 <= count + 10 && values[name]?.contains { $0.count >= 80 } == false
        }
        let sorted = common.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        let own = address.facets.filter { !Self.usual.contains($0) }
        let more = sorted.filter { !own.contains($0) }.prefix(Self.otherFacets)
        let facets = own + Self.usual + more
        self.facets = facets
        all = counts.keys.sorted().prefix(Self.fieldsMax).map { name in
            let isColumn = address.columns.contains(name)
            return LogFieldChoice(
                name: name,
                column: address.changed {
                    if isColumn { $0.columns.removeAll { $0 == name } } else { $0.columns.append(name) }
                    // The text comes last, as it takes what room there is.
                    if !isColumn, let place = $0.columns.firstIndex(of: "message") {
                        $0.columns.append($0.columns.remove(at: place))
                    }
                    if $0.columns.isEmpty { $0.columns = ["message"] }
                }.link(), isColumn: isColumn,
                facet: address.changed { if !$0.facets.contains(name) { $0.facets.append(name) } }.link(),
                isFacet: facets.contains(name))
        }
    }
}
