/// A recorder that the configuration wants.
public struct RecorderTask: Sendable, Hashable {
    public var camera: String
    /// With its credentials.
    public var url: String
    /// The camera's recordings folder.
    public var path: String
    /// The command with `{url}` and `{path}`.
    public var command: [String]

    public init(camera: String, url: String, path: String, command: [String]) {
        self.camera = camera
        self.url = url
        self.path = path
        self.command = command
    }

    /// Tells whether a record process that is found does what is wanted now. FNV-1a; it goes over a socket that only
    /// this user may open.
    var fingerprint: String {
        let text = ([camera, url, path] + command).joined(separator: "\u{0}")
        let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
        return String(hash, radix: 16)
    }
}
