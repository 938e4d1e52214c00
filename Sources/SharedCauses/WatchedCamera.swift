package import Model

/// A camera as far as it matters to what it may share with others. Cameras of which nothing can be known, or nothing is to
/// be told, are none of them.
package struct WatchedCamera: Sendable, Equatable {
    /// What is wrong with it.
    package enum Trouble: String, Sendable, Codable {
        /// Nothing comes from it.
        case down
        /// It refuses the login.
        case refused
        /// Its pictures are not recorded.
        case notRecorded = "not recorded"
        /// Its recorder has ended, which also tells of the camera.
        case recorderEnded = "recorder ended"

        /// Whether a cause of this kind may be why.
        func isExplained(by kind: SharedCause.Kind) -> Bool {
            switch kind {
            case .login, .credentials: self == .refused
            case .disk: self == .notRecorded
            case .address, .group, .subnet: self == .down || self == .refused
            case .node: self != .notRecorded
            }
        }
    }

    /// When it became what it is.
    package struct Fall: Sendable, Equatable {
        /// Milliseconds, of whatever clock; the same for all.
        package var at: Int64
        package var trouble: Trouble
        /// Whether it was ever seen well before.
        package var wasWell: Bool

        package init(at: Int64, trouble: Trouble, wasWell: Bool = true) {
            self.at = at
            self.trouble = trouble
            self.wasWell = wasWell
        }
    }

    /// Something that several cameras may have in common.
    package struct Share: Sendable, Hashable {
        package let kind: SharedCause.Kind
        /// What people read.
        package let name: String
        /// What tells it from others of that name; never shown, as it may stand for a password.
        package let secret: Int

        package init(_ kind: SharedCause.Kind, _ name: String, secret: Int = 0) {
            self.kind = kind
            self.name = name
            self.secret = secret
        }
    }

    package let id: String
    /// `nil` while nothing is wrong, or is not known yet.
    package var fall: Fall?
    package var shares: [Share]

    package init(_ id: String, _ fall: Fall? = nil, shares: [Share]) {
        self.id = id
        self.fall = fall
        self.shares = shares
    }
}
