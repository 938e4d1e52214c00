internal import Alerting
internal import Base
internal import Model
internal import Patterns

/// Which alerts a request wants: `filter`, `receiver`, `active`, `silenced`, `inhibited`, `muted`.
struct AlertFilter {
    private let matchers: [Matcher]
    private let receiver: Pattern?
    private let active: Bool
    private let silenced: Bool
    private let inhibited: Bool
    private let muted: Bool

    init(_ fields: FormFields) throws {
        matchers = try Self.matchers(fields)
        do {
            receiver = try fields["receiver"].flatMap { $0.isEmpty ? nil : try Pattern($0) }
        } catch {
            throw AlertingError(.invalid, "failed to parse receiver param: \(error)")
        }
        func flag(_ name: String) -> Bool { fields[name].map { $0 != "false" } ?? true }
        active = flag("active")
        silenced = flag("silenced")
        inhibited = flag("inhibited")
        muted = flag("muted")
    }

    static func matchers(_ fields: FormFields) throws -> [Matcher] {
        try fields.all("filter").flatMap { text -> [Matcher] in
            do {
                return try MatcherText.parse(text)
            } catch {
                throw AlertingError(.invalid, "bad matcher format: \(text): \(error)")
            }
        }
    }

    func shows(_ alert: RoutedAlert) -> Bool {
        guard matchers.allSatisfy({ $0.matches(alert.labels) }), alert.receivers.contains(where: showsReceiver) else {
            return false
        }
        if !silenced, !alert.silencedBy.isEmpty { return false }
        if !inhibited, !alert.inhibitedBy.isEmpty { return false }
        if !muted, !alert.mutedBy.isEmpty { return false }
        return active || alert.state != .active
    }

    func showsReceiver(_ name: String) -> Bool { receiver.map { $0.matchesWhole(name) } ?? true }
}
