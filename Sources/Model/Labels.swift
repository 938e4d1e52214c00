internal import Base

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
    /// The most bytes that the labels of a stored series may have together, whatever a job's own limits say.
    public static let seriesBytesMax = 64 << 10

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

    /// Takes bytes that are known to be of the form of ``packed``.
    init(unchecked packed: [UInt8]) { self.packed = packed }

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
            packed.withUnsafeBytes { bytes in
                var cursor = PackedTextCursor(bytes)
                while let found = cursor.next(), let value = cursor.next() {
                    if found.count == wanted.count, found.elementsEqual(wanted) {
                        return String(decoding: value, as: UTF8.self)
                    }
                }
                return nil
            }
        }
    }

    public var isEmpty: Bool { packed.isEmpty }

    /// The metric's name, or an empty text.
    public var metricName: String { self[Labels.metricName] }

    /// The set without the metric's name.
    public var withoutMetricName: Labels { LabelNames.metricName.dropped(from: self) }

    /// The set without the labels for whose names `predicate` is true.
    public func dropping(where predicate: (String) -> Bool) -> Labels {
        Labels(sorted: filter { !predicate($0.name) })
    }

    /// The set with `name` at `value`; an empty value removes the label.
    public func setting(_ name: String, _ value: String) -> Labels {
        var (name, value) = (name, value)
        return name.withUTF8 { name in
            value.withUTF8 { setting(UnsafeRawBufferPointer(name), UnsafeRawBufferPointer($0)) }
        }
    }

    private func setting(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Labels {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(packed.count + name.count + value.count + 4)
        var isSet = value.isEmpty
        packed.withUnsafeBytes { packed in
            var cursor = PackedTextCursor(packed)
            while let other = cursor.next(), let otherValue = cursor.next() {
                if !isSet, !other.lexicographicallyPrecedes(name) {
                    bytes.appendPacked(name)
                    bytes.appendPacked(value)
                    isSet = true
                }
                if other.elementsEqual(name) { continue }
                bytes.appendPacked(other)
                bytes.appendPacked(otherValue)
            }
        }
        if !isSet {
            bytes.appendPacked(name)
            bytes.appendPacked(value)
        }
        return Labels(unchecked: bytes)
    }
}

extension Labels: Sequence {
    public struct Iterator: IteratorProtocol {
        private let bytes: [UInt8]
        private var offset = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        var isAtEnd: Bool { offset == bytes.count }

        public mutating func next() -> Label? {
            bytes.withUnsafeBytes { buffer in
                var cursor = PackedTextCursor(buffer, offset: offset)
                guard let name = cursor.next(), let value = cursor.next() else { return nil }
                offset = cursor.offset
                return Label(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
            }
        }
    }

    public func makeIterator() -> Iterator { Iterator(bytes: packed) }
}

extension Labels {
    public static func == (left: Labels, right: Labels) -> Bool {
        left.packed.withUnsafeBytes { left in
            right.packed.withUnsafeBytes { right in
                left.count == right.count && (left.baseAddress == right.baseAddress || left.isEqual(to: right))
            }
        }
    }

    /// The bytes are hashed by ``ByteHash``, under a seed of its own, as it is far quicker than a byte at a time.
    public func hash(into hasher: inout Hasher) { hasher.combine(ByteHash.hash(packed)) }
}

extension Labels: Comparable {
    /// The order of Prometheus' answers: label by label, by name and then by value.
    public static func < (left: Labels, right: Labels) -> Bool {
        left.packed.withUnsafeBytes { left in right.packed.withUnsafeBytes { precedes(left, $0) } }
    }

    private static func precedes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        // What both have in common is skipped; then the text around the first difference decides.
        let common = Swift.min(left.count, right.count)
        var difference = 0
        while difference + 8 <= common,
            left.loadUnaligned(fromByteOffset: difference, as: UInt64.self)
                == right.loadUnaligned(fromByteOffset: difference, as: UInt64.self)
        {
            difference += 8
        }
        while difference < common, left[difference] == right[difference] { difference += 1 }
        if difference == common { return left.count < right.count }
        var leftCursor = PackedTextCursor(left)
        var rightCursor = PackedTextCursor(right)
        while let leftText = leftCursor.next(), let rightText = rightCursor.next() {
            // Texts that end before the difference are equal.
            if leftCursor.offset <= difference { continue }
            return leftText.lexicographicallyPrecedes(rightText)
        }
        return left.count < right.count
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

/// Reads the texts of a packed label set one after the other: a name, its value, the next name …
package struct PackedTextCursor {
    private let bytes: UnsafeRawBufferPointer
    package private(set) var offset = 0

    package init(_ bytes: UnsafeRawBufferPointer, offset: Int = 0) {
        self.bytes = bytes
        self.offset = offset
    }

    /// The next text; `nil` at the end, and where the bytes are not of the form.
    @inline(__always)
    package mutating func next() -> UnsafeRawBufferPointer? {
        var length = 0
        var shift = 0
        while offset < bytes.count, shift < 35 {
            let byte = bytes[offset]
            offset += 1
            length |= Int(byte & 0x7f) << shift
            if byte & 0x80 == 0 {
                guard length <= bytes.count - offset else { return nil }
                defer { offset += length }
                return UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + length)])
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
