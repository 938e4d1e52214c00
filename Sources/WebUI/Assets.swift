internal import CAssets
internal import Foundation

/// The files of the pages, which are part of the binary.
enum Assets {
    /// The bytes of `name`, or `nil` where there is no such file or the build was made without it.
    static func bytes(of name: String) -> [UInt8]? {
        all[name]
    }

    static func text(of name: String) -> String {
        String(decoding: all[name] ?? [], as: UTF8.self)
    }

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
