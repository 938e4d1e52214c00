internal import Model

/// Collects the labels of a series as they come in a message, and makes a label set of them.
///
/// Senders sort labels, so that the usual set is packed as it comes; one that is not is sorted at the end.
struct PackedLabelSet {
    private var pairs: [(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)] = []
    private var isSorted = true
    private var byteCount = 0

    mutating func add(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        byteCount += name.count + value.count + 2
        // It is refused in the end; its labels may be millions.
        guard byteCount <= Labels.seriesBytesMax else { return }
        if let last = pairs.last, !last.name.lexicographicallyPrecedes(name) { isSorted = false }
        pairs.append((name, value))
    }

    /// - Parameter needsName: whether a metric's name has to be among them, as with a series.
    /// - Throws: ``LabelRefusal`` for a set that no series can have.
    consuming func finish(needsName: Bool = true) throws(LabelRefusal) -> Labels {
        guard byteCount <= Labels.seriesBytesMax else {
            throw LabelRefusal(
                "a series has \(byteCount) bytes of labels, beyond the limit of \(Labels.seriesBytesMax)")
        }
        if !isSorted { pairs.sort { $0.name.lexicographicallyPrecedes($1.name) } }
        var packed: [UInt8] = []
        packed.reserveCapacity(byteCount)
        var former: UnsafeRawBufferPointer?
        var hasName = false
        for (name, value) in pairs {
            guard !name.isEmpty else { throw LabelRefusal("a label's name is empty") }
            guard Self.isText(name), Self.isText(value) else { throw LabelRefusal("a label is not UTF-8") }
            if let former, former.elementsEqual(name) {
                throw LabelRefusal("the label \(String(decoding: name, as: UTF8.self)) stands twice")
            }
            former = name
            // An empty value is none.
            if value.isEmpty { continue }
            if name.elementsEqual(Labels.metricName.utf8) { hasName = true }
            packed.appendPacked(name)
            packed.appendPacked(value)
        }
        guard hasName || !needsName, let labels = Labels(packed: packed) else {
            throw LabelRefusal("the metric has no name")
        }
        return labels
    }

    private static func isText(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.allSatisfy { $0 < 0x80 } || String(validating: bytes, as: UTF8.self) != nil
    }
}

/// Why a label set was refused.
struct LabelRefusal: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
