import Base
import Dashboards
import Foundation

/// The folder `dashboards` of a configuration.
struct DashboardFolder {
    /// A file of it.
    struct Entry {
        let path: String
        let text: String
        let uid: String
        let title: String
    }

    let path: String

    init(configuration: String) throws {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: configuration, isDirectory: &isDirectory), isDirectory.boolValue
        else {
            throw CommandFailure("\(configuration) is no folder: name the folder of the configuration, --config")
        }
        path = configuration + "/dashboards"
    }

    static func text(of path: String) throws -> String {
        String(decoding: try RegularFile.contents(path, atMost: Dashboard.bytesMax), as: UTF8.self)
    }

    /// What can be read of it, by names of files.
    func entries() -> [Entry] {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter {
            $0.hasSuffix(".json")
        }
        return names.sorted().compactMap { name in
            let file = "\(path)/\(name)"
            guard let text = try? Self.text(of: file), let read = try? Dashboard.read(text, path: file).dashboard else {
                return nil
            }
            return Entry(path: file, text: text, uid: read.uid, title: read.title)
        }
    }

    /// Puts a dashboard there, in the place of an older one of its identifier.
    /// - Parameter replaces: whether another one may go for it.
    /// - Returns: its path; `nil` where it is there already, byte for byte.
    func put(_ text: String, uid: String, title: String, replaces: Bool) throws -> String? {
        let old = entries().first { $0.uid == uid }
        if let old {
            if old.text == text { return nil }
            if !replaces {
                throw CommandFailure(
                    "\(old.path) is the dashboard \"\(uid)\" already: --replace puts the new one there")
            }
        }
        let file = try old?.path ?? free(Self.name(of: title, or: uid))
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: file), options: .atomic)
        return file
    }

    private func free(_ name: String) throws -> String {
        for number in 1...1_000 {
            let file = "\(path)/\(name)\(number == 1 ? "" : "-\(number)").json"
            if !FileManager.default.fileExists(atPath: file) { return file }
        }
        throw CommandFailure("there are too many dashboards named \(name) in \(path)")
    }

    /// A title as the name of a file: letters and digits, with dashes between.
    static func name(of title: String, or uid: String) -> String {
        let plain = title.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil)
            .replacing("đ", with: "d")
        let parts = plain.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        let name = parts.joined(separator: "-").prefix(80)
        let safe = uid.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }.prefix(80)
        return name.isEmpty ? (safe.isEmpty ? "dashboard" : String(safe)) : String(name)
    }
}
