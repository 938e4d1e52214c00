import Base
import ConfigText
import Foundation
import Grok
import LogDocuments
import Synchronization

/// The table of a `translate`: written in the pipeline, or a file that is read again when it changes.
final class TranslationTable: Sendable {
    private struct Contents: Sendable {
        var values: [String: DocumentValue] = [:]
        /// In the order of the table.
        var keys: [String] = []
        /// Keys as patterns, where they are such.
        var patterns: [(pattern: RubyPattern, value: DocumentValue)] = []
        var readAt: Int64 = 0
        var changedAt: Date?
    }

    private let contents: Mutex<Contents>
    private let path: String?
    private let usesPatterns: Bool
    /// How often the file is looked at, in milliseconds; 0 for never.
    private let refreshInterval: Int64

    private static let bytesMax = 64 << 20
    private static let entriesMax = 1_000_000

    init?(_ settings: inout PluginSettings, _ resources: PipelineResources, usesPatterns: Bool) {
        self.usesPatterns = usesPatterns
        refreshInterval = settings.seconds("refresh_interval") ?? 300_000
        let inline = settings.pairs("dictionary")
        let file = settings.string("dictionary_path")
        path = file.map(resources.path)
        var contents = Contents()
        if let path {
            if inline != nil {
                settings.problems.error(
                    at: settings.position, "translate has both \"dictionary\" and \"dictionary_path\"",
                    mend: "leave one of them")
            }
            do throws(TableError) {
                contents = try Self.read(path, usesPatterns: usesPatterns)
            } catch {
                settings.problems.error(
                    at: settings.raw("dictionary_path")?.value.position ?? settings.position, error.description,
                    mend: "write a file of .yml, .json or .csv")
                return nil
            }
        } else if let inline {
            do throws(TableError) {
                contents = try Self.contents(inline.map { ($0.name, $0.value.constant) }, usesPatterns: usesPatterns)
            } catch {
                settings.problems.error(
                    at: settings.raw("dictionary")?.value.position ?? settings.position, error.description,
                    mend: "correct it")
                return nil
            }
        } else {
            settings.problems.error(
                at: settings.position, "translate has no table",
                mend: "add dictionary => { … } or dictionary_path => \"FILE\"")
            return nil
        }
        self.contents = Mutex(contents)
    }

    func value(of text: String, _ run: borrowing FilterRun) -> DocumentValue? {
        current(run.now) { contents in
            if !usesPatterns { return contents.values[text] }
            var text = text
            return text.withUTF8 { bytes in
                contents.patterns.first { $0.pattern.match(bytes, run.scratch) == .found }?.value
            }
        }
    }

    /// The text with all that the table knows put in its place; `nil` where it knows nothing of it.
    func replacing(in text: String, _ run: borrowing FilterRun) -> String? {
        current(run.now) { contents in
            var result = text
            if usesPatterns {
                for (pattern, value) in contents.patterns {
                    let replacement = RubyReplacement(value.fieldText, for: pattern)
                    result = pattern.replacingAll(in: result, with: replacement, run.scratch) ?? result
                }
            } else {
                result = Self.replacing(in: text, contents)
            }
            return result == text ? nil : result
        }
    }

    /// Goes through the text once: what was put in is not looked at again.
    private static func replacing(in text: String, _ contents: Contents) -> String {
        var result = ""
        var rest = Substring(text)
        while !rest.isEmpty {
            if let key = contents.keys.first(where: { !$0.isEmpty && rest.hasPrefix($0) }),
                let value = contents.values[key]
            {
                result += value.fieldText
                rest = rest.dropFirst(key.count)
            } else {
                result.append(rest.removeFirst())
            }
        }
        return result
    }

    private func current<Result>(_ now: Int64, _ body: (Contents) -> Result) -> Result {
        contents.withLock { contents in
            if let path, refreshInterval > 0 {
                if contents.readAt == 0 { contents.readAt = now }
                if abs(now - contents.readAt) >= refreshInterval {
                    contents.readAt = now
                    // A file that cannot be read leaves the table as it was.
                    if Self.changed(path) != contents.changedAt,
                        var fresh = try? Self.read(path, usesPatterns: usesPatterns)
                    {
                        fresh.readAt = now
                        contents = fresh
                    }
                }
            }
            return body(contents)
        }
    }

    struct TableError: Error, CustomStringConvertible { let description: String }

    private static func changed(_ path: String) -> Date? {
        (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
    }

    private static func read(_ path: String, usesPatterns: Bool) throws(TableError) -> Contents {
        let changedAt = changed(path)
        let text: String
        do throws(RegularFileError) {
            text = String(decoding: try RegularFile.contents(path, atMost: bytesMax), as: UTF8.self)
        } catch {
            throw TableError(description: "cannot read the table \(path): \(error.cause)")
        }
        var contents = try contents(try entries(text, path), usesPatterns: usesPatterns)
        contents.changedAt = changedAt
        return contents
    }

    private static func entries(_ text: String, _ path: String) throws(TableError) -> [(String, DocumentValue)] {
        switch path.split(separator: ".").last?.lowercased() {
        case "json":
            guard case .object(let object)? = try? DocumentReader.value(text) else {
                throw TableError(description: "the table \(path) is no object of JSON")
            }
            return object.members.map { ($0.name, $0.value) }
        case "csv":
            guard let columns = try? CSVText() else { return [] }
            return text.split(whereSeparator: \.isNewline).compactMap { line in
                guard let values = try? columns.columns(of: String(line)), values.count >= 2, let key = values[0] else {
                    return nil
                }
                return (key, .string(values[1] ?? ""))
            }
        case "yml", "yaml":
            let problems = ProblemList()
            guard let root = YAMLFile.root(of: text, path: path, problems: problems), problems.errors.isEmpty,
                case .mapping(let entries) = root.node.content
            else { throw TableError(description: "the table \(path) is no mapping of YAML") }
            return entries.map { ($0.key, DocumentValue($0.value)) }
        default: throw TableError(description: "the table \(path) has another ending than .yml, .json or .csv")
        }
    }

    private static func contents(
        _ entries: [(String, DocumentValue)], usesPatterns: Bool
    ) throws(TableError) -> Contents {
        guard entries.count <= entriesMax else {
            throw TableError(description: "the table has more than \(entriesMax) entries")
        }
        var contents = Contents()
        for (key, value) in entries {
            if contents.values[key] == nil { contents.keys.append(key) }
            contents.values[key] = value
            guard usesPatterns else { continue }
            do throws(RubyPatternError) {
                contents.patterns.append((try RubyPattern(key), value))
            } catch {
                throw TableError(description: "the key \"\(key)\" is no pattern: \(error)")
            }
        }
        return contents
    }
}

extension SettingValue {
    /// The value, its texts as they are written.
    var constant: DocumentValue {
        switch content {
        case .string(let text), .bareword(let text): .string(text)
        case .number(let text): Int64(text).map(DocumentValue.integer) ?? .number(Double(text) ?? 0)
        case .array(let values): .array(values.map(\.constant))
        case .hash(let entries): .object(Document(entries.map { ($0.key.text ?? "", $0.value.constant) }))
        case .plugin(let plugin): .string(plugin.name)
        }
    }
}
