import Dashboards
import Foundation

/// The folder `dashboards` of a configuration, and the folders in it.
struct DashboardFolder {
    /// A file of it.
    struct Entry {
        let path: String
        /// In which folder below `dashboards` it is; `nil` for none.
        let folder: String?
        let text: String
        let uid: String
        let title: String
    }

    /// What became of a dashboard that was to be put there.
    enum Outcome {
        case isThere(String)
        case new(String)
        case replaced(String)
    }

    let path: String
    private(set) var entries: [Entry] = []
    /// Files that cannot be read, each with the reason.
    private(set) var unreadable: [(path: String, reason: String)] = []

    init(configuration: String) throws {
        guard Self.isFolder(configuration) else {
            throw CommandFailure("\(configuration) is no folder: name the folder of the configuration, --config")
        }
        path = configuration + "/dashboards"
        load(folder: nil)
        for name in names(of: path) where Self.isFolder("\(path)/\(name)") { load(folder: name) }
    }

    private static func isFolder(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }

    /// What a shell's `*` means there, sorted.
    private func names(of folder: String) -> [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return all.filter { !$0.hasPrefix(".") }.sorted()
    }

    private func path(of folder: String?) -> String { folder.map { "\(path)/\($0)" } ?? path }

    private mutating func load(folder: String?) {
        for name in names(of: path(of: folder)) where name.hasSuffix(".json") {
            let file = "\(path(of: folder))/\(name)"
            do {
                let text = try DashboardText.read(file)
                let read = try Dashboard.read(text, path: file).dashboard
                entries.append(Entry(path: file, folder: folder, text: text, uid: read.uid, title: read.title))
            } catch {
                unreadable.append((file, "\(error)"))
            }
        }
    }

    /// Puts a dashboard there, in the place of an older one of its identifier.
    /// - Parameters:
    ///   - replaces: whether another one may go for it.
    ///   - isTrial: whether nothing is written.
    mutating func put(
        _ text: String, uid: String, title: String, folder: String?, replaces: Bool, isTrial: Bool
    ) throws -> Outcome {
        let folder = folder.map { Self.name(ofFolder: $0) }
        let old =
            entries.firstIndex { $0.uid == uid }
            // One that went to a Grafana without an identifier comes back with that which it got.
            ?? entries.firstIndex { entry in
                entry.uid != uid && DashboardText.uid(of: [:], or: entry.uid) == uid
                    && DashboardText.areSame(entry.text, text)
            }
        if let old {
            if DashboardText.areSame(entries[old].text, text) { return .isThere(entries[old].path) }
            if !replaces {
                throw CommandFailure(
                    "\(entries[old].path) is the dashboard \"\(uid)\" already, and another: --replace puts this one there"
                )
            }
        }
        let file = try old.map { entries[$0].path } ?? free(Self.name(of: title, or: uid), in: path(of: folder))
        if !isTrial { try Self.write(text, to: file) }
        let entry = Entry(
            path: file, folder: old.map { entries[$0].folder } ?? folder, text: text, uid: uid, title: title)
        guard let old else {
            entries.append(entry)
            return .new(file)
        }
        entries[old] = entry
        return .replaced(file)
    }

    /// Writes a file in one step, with the folder in which it is.
    static func write(_ text: String, to path: String) throws {
        do {
            let file = URL(filePath: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file, options: .atomic)
        } catch {
            let code = ((error as? CocoaError)?.underlying as? POSIXError)?.code.rawValue
            let reason = code.map { String(cString: strerror($0)) } ?? error.localizedDescription
            throw CommandFailure("cannot write \(path): \(reason)")
        }
    }

    private func free(_ name: String, in folder: String) throws -> String {
        for number in 1...10_000 {
            let file = "\(folder)/\(name)\(number == 1 ? "" : "-\(number)").json"
            // A link that leads nowhere takes the name, too.
            let isTaken = (try? FileManager.default.attributesOfItem(atPath: file)) != nil
            if !isTaken, !entries.contains(where: { $0.path == file }) { return file }
        }
        throw CommandFailure("there are too many dashboards named \(name) in \(folder)")
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

    /// The title of a folder as the name of one: letters and digits of any script, and blanks, as pages show it.
    static func name(ofFolder title: String) -> String {
        let letters = title.precomposedStringWithCanonicalMapping.map { letter in
            letter.isLetter || letter.isNumber || "-_ ()".contains(letter) ? letter : "-"
        }
        var name = String(letters).trimmingCharacters(in: CharacterSet(charactersIn: " -"))
        while name.utf8.count > 120 { name.removeLast() }
        return name.isEmpty ? "folder" : name
    }
}
