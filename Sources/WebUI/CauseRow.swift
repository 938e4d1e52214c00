internal import Model
internal import SiteView

/// Cameras that failed together, with what they share for a headline.
struct CauseRow: Sendable {
    /// A camera of them.
    struct Member: Sendable {
        let id: String
        let link: String
        let reason: String
    }

    let key: String
    let headline: String
    /// Who watches them, where those are other hosts.
    let watchers: String?
    let style: String
    let shape: String
    let state: String
    let since: String
    let members: [Member]
    /// That there are more than are named.
    let more: String?
    /// What else they share.
    let also: String?
    let rule: String
}

extension CauseRow {
    /// More would fill the page; all have their tiles below.
    private static let namedMax = 20

    init(_ view: CauseView, now: Int64) {
        let cause = view.cause
        headline = cause.headline
        watchers = view.nodes.isEmpty ? nil : view.nodes.joined(separator: ", ")
        key = "cause \(cause.kind.rawValue) \(cause.cause) \(watchers ?? "")"
        state = view.state.rawValue
        style = view.state.style
        shape = view.state.shape
        since = Shown.span(now - view.since)
        members = view.cameras.prefix(Self.namedMax).map {
            Member(id: $0.id, link: Links.camera($0), reason: "\($0.state.rawValue): \($0.reason)")
        }
        let rest = view.cameras.count - members.count
        more = rest > 0 ? "and \(rest) more" : nil
        also = cause.alsoShared.isEmpty ? nil : cause.alsoShared.joined(separator: ", and ")
        rule = SharedCause.rule
    }
}
