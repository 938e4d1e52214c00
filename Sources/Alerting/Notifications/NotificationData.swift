internal import GoTemplate
internal import Model
internal import State

/// Names and values with the methods of Alertmanager's `KV`.
struct TemplatePairs: TemplateObject {
    let entries: [String: String]

    var typeName: String { "template.KV" }
    var underlying: TemplateValue { .texts(entries) }

    func member(_ name: String, _ arguments: [TemplateValue]) throws -> TemplateValue? {
        switch name {
        case "SortedPairs": return .object(PairList(pairs: sortedPairs))
        case "Names": return .list(sortedPairs.map { .string($0.name) })
        case "Values": return .list(sortedPairs.map { .string($0.value) })
        case "Remove":
            guard case .list(let names)? = arguments.first else {
                throw TemplateFailure("Remove wants a list of names")
            }
            let removed = Set(names.compactMap(\.text))
            return .object(TemplatePairs(entries: entries.filter { !removed.contains($0.key) }))
        default: return nil
        }
    }

    /// In the names' order, with the alert's own name first, as Alertmanager has it.
    private var sortedPairs: [Label] {
        entries.map { Label($0.key, $0.value) }.sorted { left, right in
            if (left.name == "alertname") != (right.name == "alertname") { return left.name == "alertname" }
            return left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
        }
    }
}

/// Names and values in an order.
private struct PairList: TemplateObject {
    let pairs: [Label]

    var typeName: String { "template.Pairs" }

    var underlying: TemplateValue {
        .list(
            pairs.map { pair in
                .map(TemplateMap(["Name": .string(pair.name), "Value": .string(pair.value)], missing: nil))
            })
    }

    func member(_ name: String, _ arguments: [TemplateValue]) -> TemplateValue? {
        switch name {
        case "Names": .list(pairs.map { .string($0.name) })
        case "Values": .list(pairs.map { .string($0.value) })
        default: nil
        }
    }
}

/// The alerts of a notification; `.Firing` and `.Resolved` are parts of it.
private struct AlertList: TemplateObject {
    let alerts: [NotificationAlert]
    let links: NotificationLinks
    /// How many are listed at most; all are counted.
    let shown: Int

    var typeName: String { "template.Alerts" }
    var underlying: TemplateValue { .list(alerts.prefix(shown).map { .object(AlertFields(alert: $0, links: links)) }) }
    var count: Int? { alerts.count }

    func member(_ name: String, _ arguments: [TemplateValue]) -> TemplateValue? {
        switch name {
        case "Firing":
            .object(AlertList(alerts: alerts.filter { !$0.isResolved }, links: links, shown: shown))
        case "Resolved":
            .object(AlertList(alerts: alerts.filter(\.isResolved), links: links, shown: shown))
        default: nil
        }
    }
}

/// An alert of a notification. Its fields are made when they are asked for: of ten thousand a template counts most.
private struct AlertFields: TemplateObject {
    let alert: NotificationAlert
    let links: NotificationLinks

    /// The names from `LocalStart` on are ours, which templates of other servers do not know.
    private static let names = [
        "Status", "Labels", "Annotations", "StartsAt", "EndsAt", "GeneratorURL", "Fingerprint", "LocalStart",
        "LocalEnd",
        "CameraURL", "AlertURL", "SilenceURL",
    ]

    var typeName: String { "template.Alert" }

    var underlying: TemplateValue {
        .map(TemplateMap(Dictionary(uniqueKeysWithValues: Self.names.map { ($0, field($0) ?? .none) }), missing: nil))
    }

    func member(_ name: String, _ arguments: [TemplateValue]) -> TemplateValue? {
        arguments.isEmpty ? field(name) : nil
    }

    private func field(_ name: String) -> TemplateValue? {
        switch name {
        case "Status": .string(alert.isResolved ? "resolved" : "firing")
        case "Labels": .object(TemplatePairs(entries: alert.alert.labels.texts))
        case "Annotations": .object(TemplatePairs(entries: alert.alert.annotations))
        case "StartsAt": .time(TemplateTime(milliseconds: alert.alert.startsAt))
        case "EndsAt":
            .time(alert.isResolved ? TemplateTime(milliseconds: alert.alert.endsAt) : TemplateTime(nanoseconds: nil))
        // Whoever posts an alert may write anything here.
        case "GeneratorURL":
            .string(LinkScheme.isWeb(alert.alert.generatorURL) ? alert.alert.generatorURL : "")
        case "Fingerprint": .string(FingerprintText.text(alert.fingerprint))
        case "LocalStart": .string(links.localTime(alert.alert.startsAt))
        case "LocalEnd": .string(alert.isResolved ? links.localTime(alert.alert.endsAt) : "")
        case "CameraURL": .string(links.camera(alert))
        case "AlertURL": .string(links.alert(alert))
        case "SilenceURL": .string(links.silence(alert))
        default: nil
        }
    }
}

/// What a notification's templates and the webhook's payload say:
/// https://prometheus.io/docs/alerting/latest/notifications/#data
struct NotificationData: Sendable {
    let receiver: String
    let status: String
    let alerts: [NotificationAlert]
    let groupKey: String
    let groupLabels: [String: String]
    let commonLabels: [String: String]
    let commonAnnotations: [String: String]
    let links: NotificationLinks
    /// Who looks after all that fires, in words; empty where nobody does.
    let acknowledgedBy: String
    /// How many alerts templates list at most.
    var shown = Int.max

    var externalURL: String { links.externalURL }

    init(_ notification: Notification, links: NotificationLinks) {
        receiver = Self.quotedForPatterns(notification.key.receiver)
        status = notification.firing.isEmpty ? "resolved" : "firing"
        alerts = notification.alerts
        groupKey = notification.key.groupKey
        groupLabels = notification.groupLabels.texts
        commonLabels = Self.common(notification.alerts.map(\.alert.labels.texts))
        commonAnnotations = Self.common(notification.alerts.map(\.alert.annotations))
        acknowledgedBy = notification.acknowledgedBy.joined(separator: ", ")
        self.links = links
    }

    /// The entries that all have.
    private static func common(_ entries: [[String: String]]) -> [String: String] {
        guard let first = entries.first else { return [:] }
        return entries.dropFirst().reduce(first) { shared, next in shared.filter { next[$0.key] == $0.value } }
    }

    /// Alertmanager hands the receiver's name over with the special characters of patterns escaped.
    private static func quotedForPatterns(_ name: String) -> String {
        name.reduce(into: "") { text, character in
            if "\\.+*?()|[]{}^$".contains(character) { text += "\\" }
            text.append(character)
        }
    }

    var templateValue: TemplateValue {
        .map(
            TemplateMap(
                [
                    "Receiver": .string(receiver), "Status": .string(status),
                    "Alerts": .object(AlertList(alerts: alerts, links: links, shown: shown)),
                    "GroupLabels": .object(TemplatePairs(entries: groupLabels)),
                    "CommonLabels": .object(TemplatePairs(entries: commonLabels)),
                    "CommonAnnotations": .object(TemplatePairs(entries: commonAnnotations)),
                    "ExternalURL": .string(externalURL), "GroupKey": .string(groupKey),
                    // Ours, which templates of other servers do not know.
                    "AcknowledgedBy": .string(acknowledgedBy),
                ], missing: nil))
    }
}
