internal import Base

/// A recorder that the configuration wants.
package struct RecorderTask: Sendable, Hashable {
    package var camera: String
    /// With its credentials; empty where the command has no `{url}`; `nil` while it cannot be read: then what records
    /// goes on, and nothing is started.
    package var url: String?
    /// The camera's recordings folder.
    package var path: String
    /// The command with `{url}` and `{path}`.
    package var command: [String]

    package init(camera: String, url: String?, path: String, command: [String]) {
        self.camera = camera
        self.url = url
        self.path = path
        self.command = command
    }

    /// Tells whether a record process that is found does what is wanted now. It goes over pipes and sockets that only this
    /// user may open, and stands in no argument: passwords could be guessed by it. `nil` while that is not known.
    var fingerprint: String? {
        url.map { Self.hash(([camera, $0, path] + command).joined(separator: "\u{0}")) }
    }

    /// A short name of a text, the same in every run.
    static func hash(_ text: String) -> String { String(FNV1a.hash(text), radix: 16) }
}
