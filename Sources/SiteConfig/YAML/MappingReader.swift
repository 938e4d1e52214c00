internal import Base
internal import Model

/// Reads a mapping key by key. What was asked for is the format: at the end, every other key is an error,
/// with the one that was probably meant.
///
/// A key without a value (`rules:`) counts as absent, as in Go's YAML.
final class MappingReader {
    let value: YAMLValue
    private let entries: [YAMLNode.Entry]
    private var known: Set<String> = []
    private var takesOthers = false

    var position: SourcePosition { value.position }
    var path: String { value.path }
    var problems: ProblemList { value.problems }

    init(_ value: YAMLValue, entries: [YAMLNode.Entry]) {
        self.value = value
        self.entries = entries
    }

    /// The value of `key`, unless it is absent or empty.
    func value(_ key: String) -> YAMLValue? {
        guard let found = valueOrNull(key), !found.isNull else { return nil }
        return found
    }

    /// The value of `key`, also where nothing follows the colon.
    func valueOrNull(_ key: String) -> YAMLValue? {
        known.insert(key)
        guard let entry = entry(key) else { return nil }
        return YAMLValue(node: entry.value, path: value.joined(key), problems: problems)
    }

    func has(_ key: String) -> Bool { value(key) != nil }

    /// Where `key` stands; the mapping's start where it is absent.
    func keyPosition(_ key: String) -> SourcePosition { entry(key)?.keyPosition ?? position }

    private func entry(_ key: String) -> YAMLNode.Entry? { entries.first { $0.key == key } }

    func text(_ key: String) -> String? { value(key)?.text() }
    func located(_ key: String) -> Located<String>? { value(key)?.located() }
    func boolean(_ key: String) -> Bool? { value(key)?.boolean() }
    func integer(_ key: String, atLeast lowest: Int = .min) -> Int? { value(key)?.integer(atLeast: lowest) }
    func count(_ key: String) -> Int? { value(key)?.integer(atLeast: 0) }
    func number(_ key: String) -> Double? { value(key)?.number() }
    func duration(_ key: String, above lowest: Duration? = nil) -> Duration? { value(key)?.duration(above: lowest) }
    func pattern(_ key: String) -> Pattern? { value(key)?.pattern() }
    func texts(_ key: String, orOne: Bool = false) -> [Located<String>] { value(key)?.texts(orOne: orOne) ?? [] }
    func textMap(_ key: String) -> [(key: Located<String>, value: Located<String>)] { value(key)?.textMap() ?? [] }

    func list<Item>(_ key: String, _ read: (YAMLValue) -> Item?) -> [Item] { value(key)?.list(read) ?? [] }

    /// Reads a list of mappings.
    func mappings<Item>(_ key: String, _ read: (MappingReader) -> Item?) -> [Item] {
        list(key) { $0.mapping(read) }
    }

    /// Reads a mapping under `key`.
    @discardableResult
    func mapping<Result>(_ key: String, _ read: (MappingReader) -> Result?) -> Result? {
        value(key)?.mapping(read)
    }

    /// Reads a mapping under `key` for its effect. Whether there is one.
    @discardableResult
    func read(_ key: String, _ body: (MappingReader) -> Void) -> Bool {
        value(key)?.read(body) ?? false
    }

    /// Reads a list of mappings for their effect. Whether there are any.
    @discardableResult
    func readEach(_ key: String, _ body: (MappingReader) -> Void) -> Bool {
        let found = mappings(key) { reader -> Bool? in
            body(reader)
            return true
        }
        return !found.isEmpty
    }

    /// A text that must be there and not be empty.
    func required(_ key: String, mend: String) -> Located<String>? {
        if let text = located(key) {
            if !text.value.isEmpty { return text }
        } else if has(key) {
            return nil  // told already
        }
        error("\(value.shownPath) has no \(key)", mend: mend)
        return nil
    }

    /// One of the words of a closed set.
    func choice<Word: RawRepresentable & CaseIterable>(_ key: String, _: Word.Type) -> Word?
    where Word.RawValue == String {
        guard let text = choice(key, among: Word.allCases.map(\.rawValue)) else { return nil }
        return Word(rawValue: text)
    }

    /// One of `words`.
    func choice(_ key: String, among words: [String]) -> String? {
        guard let found = value(key), let text = found.text() else { return nil }
        if words.contains(text) { return text }
        let nearest = NearestName.of(text, among: words)
        found.error(
            "\(found.shownPath) is \"\(text)\"",
            mend: nearest.map { "did you mean \($0)?" } ?? "write one of \(words.joined(separator: ", "))")
        return nil
    }

    /// A credential under `key`, or the path of its file under `fileKey`.
    func secret(_ key: String, file fileKey: String) -> Secret? {
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

    func bothStand(_ key: String, _ other: String) {
        problems.error(
            at: keyPosition(other), "\(value.shownPath) has both \(key) and \(other)", mend: "keep one of them")
    }

    /// A path as Prometheus and Alertmanager take it: relative to the configuration file's folder.
    func resolved(_ path: String) -> String { FilePaths.resolve(path, besideFile: position.file) }

    func path(_ key: String) -> String? { text(key).flatMap { $0.isEmpty ? nil : resolved($0) } }

    /// Keys of the format that we know and that change nothing here: told as warnings.
    func notActedOn(_ keys: String..., because reason: String, mend: String = "remove it, or keep it for others") {
        for key in keys where value(key) != nil {
            problems.warn(at: keyPosition(key), "\(value.joined(key)) is known and not acted on: \(reason)", mend: mend)
        }
    }

    /// Keys of the format that need no word: what they ask for is so anyway.
    func accepted(_ keys: String...) { known.formUnion(keys) }

    func accepted(keys: [String]) { known.formUnion(keys) }

    /// The mapping may have keys that nobody asks for.
    func takeOthers() { takesOthers = true }

    func error(_ what: String, mend: String) { value.error(what, mend: mend) }

    func warn(_ what: String, mend: String) { value.warn(what, mend: mend) }

    /// Tells the keys that nobody asked for.
    func finish() {
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
func assign<Value>(_ value: Value?, to target: inout Value) {
    if let value { target = value }
}

/// Sets `target` where `value` was given.
func assign<Value>(_ value: Value?, to target: inout Value?) {
    if let value { target = value }
}
