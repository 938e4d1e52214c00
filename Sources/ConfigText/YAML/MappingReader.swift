internal import Base
package import Model
package import Patterns

/// Reads a mapping key by key. What was asked for is the format: at the end, every other key is an error,
/// with the one that was probably meant.
///
/// A key without a value (`rules:`) counts as absent, as in Go's YAML.
package final class MappingReader {
    package let value: YAMLValue
    private let entries: [YAMLNode.Entry]
    private var known: Set<String> = []
    private var takesOthers = false

    package var position: SourcePosition { value.position }
    package var path: String { value.path }
    package var problems: ProblemList { value.problems }

    package init(_ value: YAMLValue, entries: [YAMLNode.Entry]) {
        self.value = value
        self.entries = entries
    }

    /// The value of `key`, unless it is absent or empty.
    package func value(_ key: String) -> YAMLValue? {
        guard let found = valueOrNull(key), !found.isNull else { return nil }
        return found
    }

    /// The value of `key`, also where nothing follows the colon.
    package func valueOrNull(_ key: String) -> YAMLValue? {
        known.insert(key)
        guard let entry = entry(key) else { return nil }
        return YAMLValue(node: entry.value, path: value.joined(key), problems: problems)
    }

    package func has(_ key: String) -> Bool { value(key) != nil }

    /// Where `key` stands; the mapping's start where it is absent.
    package func keyPosition(_ key: String) -> SourcePosition { entry(key)?.keyPosition ?? position }

    private func entry(_ key: String) -> YAMLNode.Entry? { entries.first { $0.key == key } }

    package func text(_ key: String) -> String? { value(key)?.text() }
    package func located(_ key: String) -> Located<String>? { value(key)?.located() }
    package func boolean(_ key: String) -> Bool? { value(key)?.boolean() }
    package func integer(_ key: String, atLeast lowest: Int = .min) -> Int? { value(key)?.integer(atLeast: lowest) }
    package func count(_ key: String) -> Int? { value(key)?.integer(atLeast: 0) }
    package func number(_ key: String) -> Double? { value(key)?.number() }
    package func duration(_ key: String, above lowest: Duration? = nil) -> Duration? {
        value(key)?.duration(above: lowest)
    }
    package func pattern(_ key: String) -> Pattern? { value(key)?.pattern() }
    package func texts(_ key: String, orOne: Bool = false) -> [Located<String>] {
        value(key)?.texts(orOne: orOne) ?? []
    }
    package func textMap(_ key: String) -> [(key: Located<String>, value: Located<String>)] {
        value(key)?.textMap() ?? []
    }

    package func list<Item>(_ key: String, _ read: (YAMLValue) -> Item?) -> [Item] { value(key)?.list(read) ?? [] }

    /// Reads a list of mappings.
    package func mappings<Item>(_ key: String, _ read: (MappingReader) -> Item?) -> [Item] {
        list(key) { $0.mapping(read) }
    }

    /// Reads a mapping under `key`.
    @discardableResult
    package func mapping<Result>(_ key: String, _ read: (MappingReader) -> Result?) -> Result? {
        value(key)?.mapping(read)
    }

    /// Reads a mapping under `key` for its effect. Whether there is one.
    @discardableResult
    package func read(_ key: String, _ body: (MappingReader) -> Void) -> Bool {
        value(key)?.read(body) ?? false
    }

    /// Reads a list of mappings for their effect. Whether there are any.
    @discardableResult
    package func readEach(_ key: String, _ body: (MappingReader) -> Void) -> Bool {
        let found = mappings(key) { reader -> Bool? in
            body(reader)
            return true
        }
        return !found.isEmpty
    }

    /// A text that must be there and not be empty.
    package func required(_ key: String, mend: String) -> Located<String>? {
        if let text = located(key) {
            if !text.value.isEmpty { return text }
        } else if has(key) {
            return nil  // told already
        }
        error("\(value.shownPath) has no \(key)", mend: mend)
        return nil
    }

    /// One of the words of a closed set.
    package func choice<Word: RawRepresentable & CaseIterable>(_ key: String, _: Word.Type) -> Word?
    where Word.RawValue == String {
        guard let text = choice(key, among: Word.allCases.map(\.rawValue)) else { return nil }
        return Word(rawValue: text)
    }

    /// One of `words`.
    package func choice(_ key: String, among words: [String]) -> String? {
        guard let found = value(key), let text = found.text() else { return nil }
        if words.contains(text) { return text }
        let nearest = NearestName.of(text, among: words)
        found.error(
            "\(found.shownPath) is \"\(text)\"",
            mend: nearest.map { "did you mean \($0)?" } ?? "write one of \(words.joined(separator: ", "))")
        return nil
    }

    /// A credential under `key`, or the path of its file under `fileKey`.
    package func secret(_ key: String, file fileKey: String) -> Secret? {
        let inline = value(key)
        if inline != nil, has(fileKey) { bothStand(key, fileKey) }
        if let inline, let text = inline.text(), !text.isEmpty {
            if Placeholders.found(in: text) != nil { return .inline(text) }
            inline.warn(
                "\(inline.shownPath) stands in the file itself and leaks with it",
                mend: "put it into a file of its own and write \(fileKey)")
            return .inline(text)
        }
        return text(fileKey).flatMap { $0.isEmpty ? nil : .file(resolved($0)) }
    }

    package func bothStand(_ key: String, _ other: String) {
        problems.error(
            at: keyPosition(other), "\(value.shownPath) has both \(key) and \(other)", mend: "keep one of them")
    }

    /// A path as Prometheus and Alertmanager take it: relative to the configuration file's folder.
    package func resolved(_ path: String) -> String { FilePaths.resolve(path, besideFile: position.file) }

    package func path(_ key: String) -> String? { text(key).flatMap { $0.isEmpty ? nil : resolved($0) } }

    /// An address to listen at, `HOST:PORT`.
    package func listenAddress(_ key: String) -> String? {
        guard let found = value(key), let text = found.text() else { return nil }
        let port = text.split(separator: ":", omittingEmptySubsequences: false).last.flatMap { Int($0) }
        if text.contains(":"), let port, (0...65_535).contains(port) { return text }
        found.error("\(found.path) is \"\(text)\"", mend: "write HOST:PORT, as in 127.0.0.1:9900")
        return nil
    }

    /// Keys of the format that we know and that change nothing here: told as warnings.
    package func notActedOn(
        _ keys: String..., because reason: String, mend: String = "remove it, or keep it for others"
    ) {
        for key in keys where value(key) != nil {
            problems.warn(at: keyPosition(key), "\(value.joined(key)) is known and not acted on: \(reason)", mend: mend)
        }
    }

    /// Keys of the format that need no word: what they ask for is so anyway.
    package func accepted(_ keys: String...) { known.formUnion(keys) }

    package func accepted(keys: [String]) { known.formUnion(keys) }

    /// The mapping may have keys that nobody asks for.
    package func takeOthers() { takesOthers = true }

    /// Tells the keys that nobody asked for as warnings: the program whose format this is does not look at them. One that was
    /// probably meant for one of `strict` is an error.
    package func warnOfOthers(unlessMeantFor strict: Set<String> = []) {
        if takesOthers { return }
        takesOthers = true
        for entry in entries where !known.contains(entry.key) {
            let nearest = NearestName.of(entry.key, among: known)
            let mend =
                nearest.map { "did you mean \"\($0)\"?" } ?? "remove it, or look for its place in another mapping"
            let what = "unknown key \"\(entry.key)\" in \(value.shownPath)"
            if let nearest, strict.contains(nearest) {
                problems.error(at: entry.keyPosition, what, mend: mend)
            } else {
                problems.warn(at: entry.keyPosition, what, mend: mend)
            }
        }
    }

    package func error(_ what: String, mend: String) { value.error(what, mend: mend) }

    package func warn(_ what: String, mend: String) { value.warn(what, mend: mend) }

    /// Tells the keys that nobody asked for.
    package func finish() {
        if takesOthers { return }
        for entry in entries where !known.contains(entry.key) {
            let nearest = NearestName.of(entry.key, among: known)
            problems.error(
                at: entry.keyPosition, "unknown key \"\(entry.key)\" in \(value.shownPath)",
                mend: nearest.map { "did you mean \"\($0)\"?" } ?? "remove it, or look for its place in another mapping"
            )
        }
    }
}

/// Sets `target` where `value` was given.
package func assign<Value>(_ value: Value?, to target: inout Value) {
    if let value { target = value }
}

/// Sets `target` where `value` was given.
package func assign<Value>(_ value: Value?, to target: inout Value?) {
    if let value { target = value }
}
