/// A name and its value.
public struct Label: Hashable, Sendable {
    public let name: String
    public let value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// The label set of a series or alert: names are unique, sorted by their UTF-8 bytes, and no value is empty.
///
/// The set is one packed byte array (for each label: length of name, name, length of value, value; lengths as
/// LEB128 varints), so that hashing, comparing for equality and storing take one pass over one allocation.
/// Equality is by bytes, as in Prometheus, and not by Unicode equivalence.
public struct Labels: Hashable, Sendable {
    /// The packed form. See the type's description.
    public let packed: [UInt8]

    /// The name under which a series' metric name is kept.
    public static let metricName = "__name__"
    public static let empty = Labels()

    public init() { packed = [] }

    /// Packs `labels`: sorts them, drops empty values; of a name that stands twice, the last one counts.
    public init(_ labels: [Label]) {
        var builder = LabelsBuilder()
        for label in labels { builder.set(label.name, label.value) }
        self = builder.build()
    }

    /// Takes bytes that ``packed`` returned before, or `nil` if they are not of that form.
    public init?(packed: [UInt8]) {
        self.packed = packed
        var iterator = makeIterator()
        while iterator.next() != nil {}
        guard iterator.isAtEnd else { return nil }
    }

    /// Takes labels that are already sorted, unique and not empty.
    init(sorted labels: [Label]) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(labels.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 2 })
        for label in labels {
            bytes.appendPacked(label.name)
            bytes.appendPacked(label.value)
        }
        packed = bytes
    }

    /// The value of `name`, or an empty text where there is none.
    public subscript(name: String) -> String { value(of: name) ?? "" }

    /// The value of `name`, if the set has it.
    public func value(of name: String) -> String? {
        var name = name
        return name.withUTF8 { wanted in
            packed.withUnsafeBufferPointer { bytes in
                var cursor = PackedTextCursor(bytes: bytes)
                while let found = cursor.next(), let value = cursor.next() {
                    if found.elementsEqual(wanted) { return String(decoding: value, as: UTF8.self) }
                }
                return nil
            }
        }
    }

    public var isEmpty: Bool { packed.isEmpty }

    /// The metric's name, or an empty text.
    public var metricName: String { self[Labels.metricName] }

    /// The set without the metric's name.
    public var withoutMetricName: Labels { dropping(where: { $0 == Labels.metricName }) }

    /// Only the labels whose names are in `names`.
    public func keeping(_ names: Set<String>) -> Labels { dropping(where: { !names.contains($0) }) }

    /// The set without the labels for whose names `predicate` is true.
    public func dropping(where predicate: (String) -> Bool) -> Labels {
        Labels(sorted: filter { !predicate($0.name) })
    }

    /// The set with `name` at `value`; an empty value removes the label.
    public func setting(_ name: String, _ value: String) -> Labels {
        var builder = LabelsBuilder(self)
        builder.set(name, value)
        return builder.build()
    }
}

extension Labels: Sequence {
    public struct Iterator: IteratorProtocol {
        private let bytes: [UInt8]
        private var offset = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        var isAtEnd: Bool { offset == bytes.count }

        public mutating func next() -> Label? {
            bytes.withUnsafeBufferPointer { buffer in
                var cursor = PackedTextCursor(bytes: buffer, offset: offset)
                guard let name = cursor.next(), let value = cursor.next() else { return nil }
                offset = cursor.offset
                return Label(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
            }
        }
    }

    public func makeIterator() -> Iterator { Iterator(bytes: packed) }
}

extension Labels: Comparable {
    /// The order of Prometheus' answers: label by label, by name and then by value.
    public static func < (left: Labels, right: Labels) -> Bool {
        left.packed.withUnsafeBufferPointer { leftBytes in
            right.packed.withUnsafeBufferPointer { rightBytes in
                var leftCursor = PackedTextCursor(bytes: leftBytes)
                var rightCursor = PackedTextCursor(bytes: rightBytes)
                while true {
                    guard let rightText = rightCursor.next() else { return false }
                    guard let leftText = leftCursor.next() else { return true }
                    if !leftText.elementsEqual(rightText) { return leftText.lexicographicallyPrecedes(rightText) }
                }
            }
        }
    }
}

extension Labels: ExpressibleByDictionaryLiteral, CustomStringConvertible {
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements.map { Label($0, $1) })
    }

    /// The set as PromQL writes it: `name{label="value", …}`.
    public var description: String {
        let rest = filter { $0.name != Labels.metricName }
        let braces = rest.map { "\($0.name)=\(LabelText.quoted($0.value))" }.joined(separator: ", ")
        return rest.isEmpty && !metricName.isEmpty ? metricName : "\(metricName){\(braces)}"
    }
}

/// Collects labels and makes a ``Labels`` of them.
public struct LabelsBuilder: Sendable {
    private var labels: [Label]

    public init(_ base: Labels = .empty) { labels = Array(base) }

    public subscript(name: String) -> String { labels.first { $0.name == name }?.value ?? "" }

    /// Sets `name` to `value`; an empty value removes the label.
    public mutating func set(_ name: String, _ value: String) {
        let index = labels.firstIndex { $0.name == name }
        switch (index, value.isEmpty) {
        case (let index?, true): labels.remove(at: index)
        case (let index?, false): labels[index] = Label(name, value)
        case (nil, true): break
        case (nil, false): labels.append(Label(name, value))
        }
    }

    public mutating func remove(_ name: String) { set(name, "") }

    public func build() -> Labels {
        Labels(sorted: labels.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
    }

    /// The labels set so far, in no particular order.
    public var current: [Label] { labels }
}

/// Reads the texts of a packed label set one after the other.
struct PackedTextCursor {
    let bytes: UnsafeBufferPointer<UInt8>
    var offset = 0

    mutating func next() -> UnsafeBufferPointer<UInt8>.SubSequence? {
        var length = 0
        var shift = 0
        while offset < bytes.count, shift < 35 {
            let byte = bytes[offset]
            offset += 1
            length |= Int(byte & 0x7f) << shift
            if byte & 0x80 == 0 {
                guard length <= bytes.count - offset else { return nil }
                defer { offset += length }
                return bytes[offset..<(offset + length)]
            }
            shift += 7
        }
        return nil
    }
}

extension [UInt8] {
    fileprivate mutating func appendPacked(_ text: String) {
        var text = text
        text.withUTF8 { appendPacked(UnsafeRawBufferPointer($0)) }
    }

    /// Appends a name or a value as ``Labels/packed`` has it: its length, then its bytes.
    package mutating func appendPacked(_ text: UnsafeRawBufferPointer) {
        var length = text.count
        while length > 0x7f {
            append(UInt8(length & 0x7f) | 0x80)
            length >>= 7
        }
        append(UInt8(length))
        append(contentsOf: text)
    }
}
