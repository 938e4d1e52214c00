internal import Base
internal import CAssets
internal import Foundation

/// The files of the pages, which are part of the binary.
enum Assets {
    /// The parts of the one style sheet that pages load, in their order.
    private static let styles = ["base", "faults", "cameras", "camera", "alerts", "panels", "explore", "print"]

    private static let sheet = styles.flatMap { all["styles/\($0).css"] ?? [] }

    /// Stands for all files of this binary, in their addresses: a browser keeps what it has of them for good.
    static let build = {
        var hash = FNV1a()
        for (name, bytes) in all.sorted(by: { $0.key < $1.key }) {
            for byte in name.utf8 { hash.add(byte) }
            for byte in bytes { hash.add(byte) }
        }
        return String(hash.value, radix: 36)
    }()

    /// The bytes of `name`, or `nil` where there is no such file or the build was made without it.
    static func bytes(of name: String) -> [UInt8]? {
        name == "style.css" ? sheet : all[name]
    }

    static func text(of name: String) -> String {
        String(decoding: all[name] ?? [], as: UTF8.self)
    }

    /// The names of files that begin so.
    static func names(below prefix: String) -> [String] { all.keys.filter { $0.hasPrefix(prefix) }.sorted() }

    private static let all: [String: [UInt8]] = {
        var files: [String: [UInt8]] = [:]
        var index = 0
        while let asset = wp_asset_at(index)?.pointee {
            if asset.length > 0 {
                files[String(cString: asset.name)] = Array(UnsafeBufferPointer(start: asset.bytes, count: asset.length))
            }
            index += 1
        }
        return files
    }()

    /// A template that can be asked for from outside is not a page's file.
    static func isPublic(_ name: String) -> Bool { !name.contains("/") }

    static func contentType(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        default: "application/octet-stream"
        }
    }
}
