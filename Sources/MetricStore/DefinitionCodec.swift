import Base
import Model

/// The bytes of a row of definitions: a count, and for each series its ref and its labels, counted.
enum DefinitionCodec {
    static func encode(_ slots: [UInt32], of head: borrowing Head) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendVarint(slots.count)
        for slot in slots {
            bytes.appendVarint(UInt64(head.ref(of: slot).rawValue))
            bytes.appendCounted(head.series[Int(slot)].labels.packed)
        }
        return bytes
    }

    static func decode(_ bytes: UnsafeRawBufferPointer) -> [(ref: UInt32, labels: Labels)]? {
        var reader = ByteReader(bytes)
        let count = reader.count()
        var definitions: [(ref: UInt32, labels: Labels)] = []
        definitions.reserveCapacity(count)
        for _ in 0..<count {
            let ref = UInt32(truncatingIfNeeded: reader.varint())
            guard let labels = Labels(packed: [UInt8](reader.counted())) else { return nil }
            definitions.append((ref, labels))
        }
        return reader.hasFailed || !reader.isAtEnd ? nil : definitions
    }
}
