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
    var underlying: TemplateValue { .list(alerts.prefix(shown).map(value)) }
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

    private func value(_ alert: NotificationAlert) -> TemplateValue {
        .map(
            TemplateMap(
                [
                    "Status": .string(alert.isResolved ? "resolved" : "firing"),
                    "Labels": .object(TemplatePairs(entries: alert.alert.labels.texts)),
                    "Annotations": .object(TemplatePairs(entries: alert.alert.annotations)),
                    "StartsAt": .time(TemplateTime(milliseconds: alert.alert.startsAt)),
                    "EndsAt": .time(
                        alert.isResolved
                            ? TemplateTime(milliseconds: alert.alert.endsAt) : TemplateTime(nanoseconds: nil)),
                    // Whoever posts an alert may write anything here.
                    "GeneratorURL": .string(
                        LinkScheme.isWeb(alert.alert.generatorURL) ? alert.alert.generatorURL : ""),
                    "Fingerprint": .string(FingerprintText.text(alert.fingerprint)),
                    // Ours, which templates of other servers do not know.
                    "LocalStart": .string(links.localTime(alert.alert.startsAt)),
                    "LocalEnd": .string(alert.isResolved ? links.localTime(alert.alert.endsAt) : ""),
                    "CameraURL": .string(links.camera(alert)), "AlertURL": .string(links.alert(alert)),
                    "SilenceURL": .string(links.silence(alert)),
                ], missing: nil))
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
