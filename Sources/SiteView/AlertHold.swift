/// What keeps an alert from being told.
package struct AlertHold: Codable, Sendable, Equatable {
    package enum Kind: String, Codable, Sendable {
        case silence
        /// A maintenance window.
        case maintenance
        /// A graver alert.
        case alert
        /// A time interval of `alertmanager.yml`.
        case interval
    }

    package var kind: Kind
    /// The silence's or maintenance window's identifier, the alert's fingerprint, the interval's name.
    package var name: String
    /// The reason of a silence; what is done in a maintenance window; what an alert is about: `NodeDown of rec-3`.
    package var about: String
    /// Who set the silence, or planned the maintenance.
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

    /// Of a silence.
    package init(silence id: String, by: String, comment: String, until: Int64) {
        self.init(kind: .silence, name: id, about: comment, by: by, until: until)
    }
}
