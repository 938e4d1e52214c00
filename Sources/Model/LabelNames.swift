/// Names of labels, made ready for picking them out of many label sets.
public struct LabelNames: Sendable {
    /// UTF-8, sorted, each once.
    private let names: [[UInt8]]

    public init(_ names: some Sequence<String>) {
        self.names = Set(names).map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
    }

    static let metricName = LabelNames([Labels.metricName])

    /// The labels of `set` that have one of the names.
    public func kept(of set: Labels) -> Labels { picked(from: set, wanted: true) }

    /// The labels of `set` that have none of the names.
    public func dropped(from set: Labels) -> Labels { picked(from: set, wanted: false) }

    private func picked(from set: Labels, wanted: Bool) -> Labels {
        if names.isEmpty { return wanted ? .empty : set }
        let bytes = set.packed.withUnsafeBytes { packed in
            [UInt8](unsafeUninitializedCapacity: packed.count) { target, count in
                let target = UnsafeMutableRawBufferPointer(target)
                var cursor = PackedTextCursor(packed)
                // Both are sorted, so that one pass over both is enough.
                var next = 0
                while true {
                    let start = cursor.offset
                    guard let name = cursor.next(), cursor.next() != nil else { return }
                    while next < names.count, LabelNames.precedes(names[next], name) { next += 1 }
                    let isNamed =
                        next < names.count && names[next].count == name.count && names[next].elementsEqual(name)
                    if isNamed != wanted { continue }
                    let length = cursor.offset - start
                    UnsafeMutableRawBufferPointer(rebasing: target[count..<(count + length)])
                        .copyMemory(from: UnsafeRawBufferPointer(rebasing: packed[start..<cursor.offset]))
                    count += length
                }
            }
        }
        return Labels(unchecked: bytes)
    }

    @inline(__always)
    private static func precedes(_ left: [UInt8], _ right: UnsafeRawBufferPointer) -> Bool {
        let common = min(left.count, right.count)
        var index = 0
        while index < common {
            if left[index] != right[index] { return left[index] < right[index] }
            index += 1
        }
        return left.count < right.count
    }
}
