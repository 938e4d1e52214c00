internal import Base
internal import CGrok
internal import Foundation

/// Patterns by their names: a built-in set, and what files and filters add or say differently.
package struct GrokLibrary: Sendable {
    /// The built-in sets: the same names with fields as they were called first, or as the Elastic Common Schema calls
    /// them.
    package enum BuiltIn: String, Sendable, Hashable, CaseIterable {
        case legacy
        case ecs = "ecs-v1"
    }

    package static let fileBytesMax = 4 << 20
    package static let filesMax = 1_000
    package static let patternsMax = 20_000

    private let base: [String: String]
    private var added: [String: String] = [:]

    package init(_ set: BuiltIn) {
        base = set == .legacy ? Self.legacy : Self.ecs
    }

    /// No patterns at all.
    package init() { base = [:] }

    /// The definition of a pattern.
    package subscript(name: String) -> String? { added[name] ?? base[name] }

    /// All names, but for parts of built-in patterns, which begin with an underscore.
    package var names: [String] {
        Set(base.keys.filter { !$0.hasPrefix("_") }).union(added.keys).sorted()
    }

    /// Adds a pattern, or says it differently: `pattern_definitions`.
    package mutating func add(_ name: String, _ definition: String) { added[name] = definition }

    // MARK: Files

    /// Adds the patterns of a file of `NAME pattern` lines; empty ones, and those that begin with `#`, say nothing.
    /// - Throws: ``GrokError`` with the path.
    package mutating func add(file path: String) throws(GrokError) {
        let bytes: [UInt8]
        do {
            bytes = try RegularFile.contents(path, atMost: Self.fileBytesMax)
        } catch {
            throw GrokError(code: .file, pattern: path, offset: nil, reason: error.cause)
        }
        for (name, definition) in Self.lines(of: bytes) {
            added[name] = definition
            if added.count > Self.patternsMax {
                throw GrokError(
                    code: .file, pattern: path, offset: nil,
                    reason: "there are more than \(Self.patternsMax) patterns; use fewer files")
            }
        }
    }

    /// Adds the patterns of a path of `patterns_dir`: a file, or a folder's files in the order of their names.
    /// - Parameter glob: which files of a folder, `patterns_files_glob`.
    /// - Throws: ``GrokError`` with the path.
    package mutating func add(path: String, glob: String = "*") throws(GrokError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            try add(file: path)
            return
        }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw GrokError(
                code: .file, pattern: path, offset: nil,
                reason: "the folder cannot be listed; give the right to read it")
        }
        let wanted = names.filter { fnmatch(glob, $0, FNM_PERIOD) == 0 }.sorted()
        if wanted.count > Self.filesMax {
            throw GrokError(
                code: .file, pattern: path, offset: nil,
                reason: "there are more than \(Self.filesMax) files; use fewer")
        }
        for name in wanted {
            let file = path + "/" + name
            // Folders within are passed over, as Logstash does.
            if FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), isFolder.boolValue { continue }
            try add(file: file)
        }
    }

    static func lines(of bytes: some Collection<UInt8>) -> [(name: String, definition: String)] {
        bytes.split(separator: 10).compactMap { line in
            let text = String(decoding: line.last == 13 ? line.dropLast() : line, as: UTF8.self)
            let body = text.drop { $0 == " " || $0 == "\t" }
            guard let first = body.first, first != "#" else { return nil }
            let name = body.prefix { $0 != " " && $0 != "\t" }
            let definition = body.dropFirst(name.count).drop { $0 == " " || $0 == "\t" }
            return definition.isEmpty ? nil : (String(name), String(definition))
        }
    }

    // MARK: What is filled

    /// The fields that the patterns of a built-in set fill.
    package static func fieldNames(of set: BuiltIn) -> Set<String> {
        var names: Set<String> = []
        for definition in (set == .legacy ? legacy : ecs).values {
            let scalars = Array(definition.unicodeScalars)
            for index in scalars.indices {
                switch scalars[index] {
                case "%":
                    guard let field = GrokReference(scalars, index)?.field else { continue }
                    names.insert(GrokField(groupName: "_:" + field).name)
                case "(":
                    let name = scalars[index...].dropFirst().prefix { $0 != ">" && $0 != ")" }
                    guard name.starts(with: "?<".unicodeScalars), let first = name.dropFirst(2).first,
                        first != "=", first != "!"
                    else { continue }
                    var text = String.UnicodeScalarView()
                    text.append(contentsOf: name.dropFirst(2))
                    names.insert(GrokField(groupName: String(text)).name)
                default: break
                }
            }
        }
        return names
    }

    // MARK: What is nearest

    /// Up to three names that are written like `name`.
    func nearest(to name: String, and own: some Sequence<String>) -> [String] {
        let wanted = Array(name.uppercased().utf8)
        guard wanted.count <= 100 else { return [] }
        let most = max(1, wanted.count / 3)
        return (names + own).compactMap { other -> (name: String, distance: Int)? in
            let distance = Self.distance(wanted, Array(other.uppercased().utf8))
            return distance <= most ? (other, distance) : nil
        }
        .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
        .prefix(3).map(\.name)
    }

    /// How many letters differ, are missing or too many.
    private static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        if abs(one.count - other.count) > one.count / 3 + 1 { return .max }
        var previous = Array(0...other.count)
        for (row, letter) in one.enumerated() {
            var current = [row + 1]
            for (column, otherLetter) in other.enumerated() {
                current.append(
                    min(
                        previous[column] + (letter == otherLetter ? 0 : 1), previous[column + 1] + 1,
                        current[column] + 1))
            }
            previous = current
        }
        return previous[other.count]
    }

    // MARK: Built in

    private static let legacy = builtIn(.legacy)
    private static let ecs = builtIn(.ecs)

    private static func builtIn(_ set: BuiltIn) -> [String: String] {
        var patterns: [String: String] = [:]
        var index = 0
        while let file = wp_grok_file_at(index)?.pointee {
            index += 1
            let folder = String(cString: file.set)
            guard folder == set.rawValue || folder == "common" else { continue }
            for (name, definition) in lines(of: UnsafeBufferPointer(start: file.bytes, count: file.length)) {
                patterns[name] = definition
            }
        }
        return patterns
    }
}
