internal import Base
internal import Foundation
internal import Glibc

/// Where the server finds a camera's record process.
package enum RecorderSocket {
    /// The longest name that an id gives as it is; the kernel takes no path of more than 107 bytes.
    private static let longestName = 60

    /// The socket of a camera below a server's data directory. Two ids never have the same one.
    package static func path(camera: String, data: String) -> String {
        path(camera: camera, directory: folder(data: data))
    }

    /// Where a server with this data directory looks for sockets.
    package static func folder(data: String) -> String { data + "/recorders" }

    static func path(camera: String, directory: String) -> String { "\(directory)/\(name(camera)).sock" }

    /// What may not stand in a name is written as `%2f`. What is too long ends with its hash.
    static func name(_ camera: String) -> String {
        var name: [UInt8] = []
        for byte in camera.utf8 {
            if isPlain(byte) {
                name.append(byte)
            } else {
                name += "%\(Hexadecimal.digits(byte))".utf8
            }
        }
        guard name.count > longestName else { return String(decoding: name, as: UTF8.self) }
        return String(decoding: name.prefix(longestName - 17), as: UTF8.self) + "~" + RecorderTask.hash(camera)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}

/// The socket at which a record process listens, and whether it can still be found there.
struct OwnSocket {
    let path: String
    let descriptor: Int32
    private let identity: FileIdentity?

    /// What tells a file from another one of its name.
    private struct FileIdentity: Equatable {
        let device: UInt64
        let inode: UInt64

        init?(_ path: String) {
            var facts = stat()
            guard lstat(path, &facts) == 0 else { return nil }
            device = UInt64(facts.st_dev)
            inode = UInt64(facts.st_ino)
        }
    }

    /// Makes the folder, where it is missing, and listens.
    /// - Throws: also where another record process listens there already: two would write over each other's files.
    init(at path: String) throws(UnixSocket.Failed) {
        let folder = (path as NSString).deletingLastPathComponent
        if !folder.isEmpty {
            try? FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        if let other = try UnixSocket.connect(to: path) {
            Glibc.close(other)
            throw UnixSocket.Failed(
                description:
                    "another record process listens at \(path) already; end it first, or choose another --socket")
        }
        descriptor = try UnixSocket.listen(at: path)
        self.path = path
        identity = FileIdentity(path)
    }

    /// Whether the file is gone or another one stands in its place. A folder that cannot be looked into tells nothing.
    var isLost: Bool {
        if let present = FileIdentity(path) { return present != identity }
        return errno == ENOENT || errno == ENOTDIR
    }

    /// Stops listening and removes the file, unless it is another's.
    func close() {
        Glibc.close(descriptor)
        if FileIdentity(path) == identity, identity != nil { unlink(path) }
    }
}
