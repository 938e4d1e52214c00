/// What keeps an alert from being told.
package struct AlertHold: Codable, Sendable, Equatable {
    package enum Kind: String, Codable, Sendable {
        case silence
        /// A silence that was planned for works.
        case maintenance
        /// A graver alert.
        case alert
        /// A time interval of `alertmanager.yml`.
        case interval
    }

    package var kind: Kind
    /// The silence's identifier, the alert's fingerprint, the interval's name.
    package var name: String
    /// The reason of a silence; what an alert is about: `NodeDown of rec-3`.
    package var about: String
    /// Who set the silence.
    package var by: String
    /// When it ends, in milliseconds since the Unix epoch, where that is known.
    package var until: Int64?

    package init(kind: Kind, name: String, about: String, by: String = "", until: Int64? = nil) {
        self.kind = kind
        self.name = name
        self.about = about
        self.by = by
        self.until = until
    }

    /// What the comment of a silence begins with that was planned for works.
    package static let maintenanceMark = "maintenance: "

    /// Of a silence.
    package init(silence id: String, by: String, comment: String, until: Int64) {
        let isPlanned = comment.hasPrefix(Self.maintenanceMark)
        self.init(
            kind: isPlanned ? .maintenance : .silence, name: id,
            about: isPlanned ? String(comment.dropFirst(Self.maintenanceMark.count)) : comment, by: by, until: until)
    }
}
