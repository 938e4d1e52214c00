import ConfigText
import Grok
import LogDocuments

/// `grok`: takes texts apart by patterns with names.
/// https://www.elastic.co/docs/reference/logstash/plugins/plugins-filters-grok
struct GrokFilter: PipelineFilter {
    private struct Compiled: Sendable {
        let pattern: GrokPattern
        /// Where each field of the pattern goes.
        let fields: [FieldReference]
        let overwrites: [Bool]
    }

    private let matches: [(source: FieldReference, patterns: [Compiled])]
    private let breaksOnMatch: Bool
    private let failureTags: [String]
    private let timeoutTag: String

    init?(_ settings: inout PluginSettings, _ resources: PipelineResources) {
        let errors = settings.problems.errors.count
        let library = Self.library(&settings, resources)
        let isNamedOnly = settings.flag("named_captures_only", true)
        let keepsEmpty = settings.flag("keep_empty_captures", false)
        let overwritten = Set((settings.list("overwrite") ?? []).map { FieldReference($0).dotted })
        let target = settings.string("target")
        breaksOnMatch = settings.flag("break_on_match", true)
        failureTags = settings.list("tag_on_failure") ?? ["_grokparsefailure"]
        timeoutTag = settings.string("tag_on_timeout") ?? "_groktimeout"
        settings.ignore("timeout_scope", "periodic_flush")
        let timeout = settings.whole("timeout_millis", 0...Int.max) ?? 30_000
        let limits = MatchLimits(timeoutMilliseconds: timeout == 0 ? 30_000 : timeout)
        var matches: [(source: FieldReference, patterns: [Compiled])] = []
        let pairs = settings.pairs("match") ?? []
        if pairs.isEmpty {
            settings.problems.error(
                at: settings.position, "grok has no \"match\"", mend: "add match => { \"message\" => \"…\" }")
        }
        for (field, value) in pairs {
            guard let texts = value.texts else {
                settings.problems.error(
                    at: value.position, "the patterns of \"\(field)\" are no texts", mend: "write texts in quotes")
                continue
            }
            var compiled: [Compiled] = []
            for text in texts {
                do throws(GrokError) {
                    let pattern = try GrokPattern(
                        text, library, namedCapturesOnly: isNamedOnly, keepsEmptyCaptures: keepsEmpty, limits: limits)
                    let fields = pattern.fields.map { Self.field($0.name, in: target) }
                    compiled.append(
                        Compiled(
                            pattern: pattern, fields: fields, overwrites: fields.map { overwritten.contains($0.dotted) }
                        ))
                } catch {
                    settings.problems.error(at: value.position, error.description, mend: "")
                }
            }
            matches.append((FieldReference(field), compiled))
        }
        self.matches = matches
        if settings.problems.errors.count > errors { return nil }
    }

    private static func field(_ name: String, in target: String?) -> FieldReference {
        guard let target else { return FieldReference(name) }
        func bracketed(_ name: String) -> String { name.hasPrefix("[") ? name : "[\(name)]" }
        return FieldReference(bracketed(target) + bracketed(name))
    }

    static func library(_ settings: inout PluginSettings, _ resources: PipelineResources) -> GrokLibrary {
        var library = GrokLibrary(settings.schema() ? .ecs : .legacy)
        let glob = settings.string("patterns_files_glob") ?? "*"
        for folder in settings.list("patterns_dir") ?? [] {
            let position = settings.raw("patterns_dir")?.value.position ?? settings.position
            let path = resources.path(folder)
            // A folder, or a file itself, as people name either.
            let files = ConfigFiles.isDirectory(path) ? ConfigFiles.matching(FilePaths.join(path, glob)) : [path]
            for file in files.prefix(GrokLibrary.filesMax) where !ConfigFiles.isDirectory(file) {
                do throws(GrokError) {
                    try library.add(file: file)
                } catch {
                    settings.problems.error(at: position, error.description, mend: "correct patterns_dir")
                }
            }
        }
        for (name, definition) in settings.textPairs("pattern_definitions") ?? [] { library.add(name, definition) }
        return library
    }

    func apply(to event: inout PipelineEvent, _ run: borrowing FilterRun) -> FilterOutcome {
        var hasMatched = false
        for (source, patterns) in matches {
            let values: [DocumentValue]
            switch event[source] {
            case nil, .null?: continue
            case .array(let elements)?: values = elements
            case let value?: values = [value]
            }
            var isTaken = false
            for value in values {
                switch take(value.fieldText, patterns, &event, run) {
                case .found: isTaken = true
                case .none: continue
                case .limitReached:
                    event.addTag(timeoutTag)
                    return .passed
                }
            }
            if isTaken {
                hasMatched = true
                if breaksOnMatch { break }
            }
        }
        if hasMatched { return .matched }
        for tag in failureTags { event.addTag(tag) }
        return .passed
    }

    private func take(
        _ text: String, _ patterns: [Compiled], _ event: inout PipelineEvent, _ run: borrowing FilterRun
    ) -> MatchOutcome {
        var text = text
        return text.withUTF8 { bytes in
            var outcome = MatchOutcome.none
            for compiled in patterns {
                let found = compiled.pattern.match(bytes, run.scratch) { index, range in
                    let taken = UnsafeBufferPointer(rebasing: bytes[range])
                    Self.put(Self.value(taken, compiled.pattern.fields[index].type), at: index, compiled, &event)
                }
                if found == .limitReached { return .limitReached }
                if found == .found {
                    outcome = .found
                    if compiled.pattern.keepsEmptyCaptures {
                        for field in compiled.fields where !event.contains(field) { event[field] = .null }
                    }
                    if breaksOnMatch { break }
                }
            }
            return outcome
        }
    }

    private static func value(_ taken: UnsafeBufferPointer<UInt8>, _ type: GrokType) -> DocumentValue {
        if type == .int, let number = plainInteger(taken) { return .integer(number) }
        return switch GrokNumber(taken, as: type) {
        case nil: .string(String(decoding: taken, as: UTF8.self))
        case .int(let number)?: .integer(Int64(number))
        case .float(let number)?: .number(number)
        }
    }

    /// The number of a few digits and nothing else: what most are.
    private static func plainInteger(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard !bytes.isEmpty, bytes.count < 19 else { return nil }
        var value: Int64 = 0
        for byte in bytes {
            guard byte &- 48 < 10 else { return nil }
            value = value * 10 + Int64(byte &- 48)
        }
        return value
    }

    /// A text that is there already becomes a list with what is taken; a number stays, as in Logstash.
    private static func put(_ value: DocumentValue, at index: Int, _ compiled: Compiled, _ event: inout PipelineEvent) {
        let field = compiled.fields[index]
        if event.addIfAbsent(field, value) { return }
        if compiled.overwrites[index] {
            event[field] = value
            return
        }
        // The event's time is no text: like a number it stays.
        if field.root == .timestamp, event.hasTimestamp { return }
        switch event[field] {
        case nil, .null?: event[field] = value
        case .array(let values)?: event[field] = .array(values + [value])
        case .string(let text)?: event[field] = .array([.string(text), value])
        default: return
        }
    }
}
