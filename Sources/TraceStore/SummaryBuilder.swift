import Base
import Model

/// Gathers what is known of a block without opening it, while it is written: ``BlockSummary`` and the filter of its
/// values.
struct SummaryBuilder: ~Copyable {
    private struct Key {
        /// Whether spans or resources have it, not only scopes and events.
        var isListed = false
        var range: ClosedRange<Double>?
    }

    private var hashes = Flat<UInt64>(capacity: 4_096)
    private var keys: [UInt32: Key] = [:]
    /// Hashes of keys by their numbers.
    private var keyHashes: [UInt32: UInt64] = [:]
    private var eventNames: Set<UInt32> = []
    private var services: [[UInt8]: (most: UInt64, hasErrors: Bool)] = [:]
    private var operations: Set<Operation> = []
    var isOfEvents = false
    var isOfLinks = false

    private struct Operation: Hashable {
        let service: [UInt8]
        let name: UInt32
        let kind: UInt8
    }

    /// More operations than this are not listed.
    static let mostOperations = 512

    mutating func addEventName(_ number: UInt32) { eventNames.insert(number) }

    /// Adds the classes of spans.
    mutating func add(
        _ gathering: borrowing SpanGathering, _ rows: UnsafeBufferPointer<UInt32>,
        _ order: borrowing BlockEncoder.ClassOrder, _ durations: borrowing Flat<UInt64>
    ) {
        var first = 0
        var serviceOfScope: [UInt32: [UInt8]] = [:]
        for place in 0..<order.classes.count {
            let packed = gathering.spans.classes[order.classes[place]]
            let scope = packed.loadNumber(4)
            let service = serviceOfScope[scope] ?? Self.service(ofScope: scope, gathering)
            serviceOfScope[scope] = service
            var most: UInt64 = 0
            let count = Int(order.counts[place])
            for row in first..<first + count { most = max(most, durations[Int(order.places[row])]) }
            first += count
            let known = services[service]
            services[service] = (max(known?.most ?? 0, most), known?.hasErrors ?? false || packed[17] == 2)
            operations.insert(Operation(service: service, name: packed.loadNumber(8), kind: packed[16]))
        }
        for name in Set(operations.map(\.name)) {
            hashes.append(HashFilter.storedHash(HashFilter.spanName, text: gathering.strings[name]))
        }
    }

    private static func service(ofScope scope: UInt32, _ gathering: borrowing SpanGathering) -> [UInt8] {
        let resource = gathering.resources[gathering.scopes[scope].loadNumber(0)]
        for attribute in PackedAttributes(resource) where attribute.kind == .string {
            if gathering.strings[attribute.key].elementsEqual("service.name".utf8) {
                let name = gathering.strings[UInt32(attribute.value)]
                if !name.isEmpty { return [UInt8](name) }
            }
        }
        return [UInt8](SpanResource.noServiceName.utf8)
    }

    private mutating func hash(ofKey key: UInt32, _ strings: borrowing Interner) -> UInt64 {
        if let known = keyHashes[key] { return known }
        let hash = HashFilter.hash(key: strings[key])
        keyHashes[key] = hash
        return hash
    }

    private mutating func note(_ key: UInt32, isListed: Bool) {
        if isListed || keys[key] == nil {
            keys[key, default: Key()].isListed = isListed || keys[key]?.isListed ?? false
        }
    }

    private mutating func note(_ number: Double, _ key: UInt32) {
        if number.isNaN { return }
        let known = keys[key]?.range ?? number...number
        keys[key]?.range = min(known.lowerBound, number)...max(known.upperBound, number)
    }

    /// Adds the different values of a column of strings.
    mutating func add(texts: borrowing Flat<UInt32>, of kind: ColumnKind, key: UInt32, _ strings: borrowing Interner) {
        guard kind.isAttribute, !isOfLinks else { return }
        note(key, isListed: !isOfEvents)
        let hash = hash(ofKey: key, strings)
        for index in 0..<texts.count { add(text: texts[index], of: kind, key, hash, strings) }
    }

    private mutating func add(
        text: UInt32, of kind: ColumnKind, _ key: UInt32, _ hash: UInt64, _ strings: borrowing Interner
    ) {
        let bytes = strings[text]
        if kind == .bytes {
            var digits = Hexadecimal.text(bytes)
            return digits.withUTF8 { hashes.append(HashFilter.hash(hash, text: UnsafeRawBufferPointer($0))) }
        }
        hashes.append(HashFilter.storedHash(hash, text: bytes))
        // A text that is a number is one where a range is asked for.
        if kind == .string, let first = bytes.first, Self.mayBeginNumber(first),
            let number = Double(String(decoding: bytes, as: UTF8.self))
        {
            note(number, key)
        }
    }

    private static func mayBeginNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
            UInt8(ascii: "i"), UInt8(ascii: "I"):
            true
        default: false
        }
    }

    /// Adds the values of a column of numbers.
    mutating func add(
        numbers: UnsafeBufferPointer<UInt64>, of kind: ColumnKind, key: UInt32, _ strings: borrowing Interner
    ) {
        guard kind.isAttribute, !isOfLinks else { return }
        note(key, isListed: !isOfEvents)
        let hash = hash(ofKey: key, strings)
        var before: UInt64?
        for value in numbers where value != before {
            before = value
            add(value, of: kind, key, hash)
        }
    }

    private mutating func add(_ value: UInt64, of kind: ColumnKind, _ key: UInt32, _ hash: UInt64) {
        if kind == .boolean {
            var text = value == 0 ? "false" : "true"
            text.withUTF8 { hashes.append(HashFilter.hash(hash, text: UnsafeRawBufferPointer($0))) }
            return
        }
        let number = kind == .integer ? Double(Int64(bitPattern: value)) : Double(bitPattern: value)
        hashes.append(HashFilter.hash(hash, number: number))
        note(number, key)
    }

    /// Adds resources and scopes, and writes what ``BlockSummary`` reads.
    mutating func finish(
        _ gathering: borrowing SpanGathering, _ resources: UnsafeMutableBufferPointer<UInt32>,
        _ scopes: UnsafeMutableBufferPointer<UInt32>
    ) -> [UInt8] {
        for resource in resources { add(gathering.resources[resource], isListed: true, gathering.strings) }
        for scope in scopes {
            let packed = gathering.scopes[scope]
            add(UnsafeRawBufferPointer(rebasing: packed[12...]), isListed: false, gathering.strings)
        }
        for name in eventNames {
            hashes.append(HashFilter.storedHash(HashFilter.eventName, text: gathering.strings[name]))
        }
        return bytes(gathering.strings)
    }

    private mutating func add(_ packed: UnsafeRawBufferPointer, isListed: Bool, _ strings: borrowing Interner) {
        for attribute in PackedAttributes(packed) {
            note(attribute.key, isListed: isListed)
            let hash = hash(ofKey: attribute.key, strings)
            if attribute.kind.isText {
                add(text: UInt32(attribute.value), of: attribute.kind, attribute.key, hash, strings)
            } else {
                add(attribute.value, of: attribute.kind, attribute.key, hash)
            }
        }
    }

    /// The filter of values; to be asked for at the end.
    var filter: [UInt8] { HashFilter.bytes(hashes, bitsEach: HashFilter.bitsOfValue) }

    private func bytes(_ strings: borrowing Interner) -> [UInt8] {
        var names: [UInt8] = []
        var numbers: [UInt8] = []
        let services = services.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        names.appendVarint(services.count)
        for (name, known) in services {
            names.appendCounted(name)
            numbers.appendVarint(known.most)
            numbers.append(known.hasErrors ? 1 : 0)
        }
        var sorted: [(name: [UInt8], key: Key)] = []
        for (number, key) in keys { sorted.append(([UInt8](strings[number]), key)) }
        sorted.sort { $0.name.lexicographicallyPrecedes($1.name) }
        names.appendVarint(sorted.count)
        for (name, key) in sorted {
            names.appendCounted(name)
            names.append((key.isListed ? 1 : 0) | (key.range == nil ? 0 : 2))
            guard let range = key.range else { continue }
            numbers.appendFixed64(range.lowerBound.bitPattern)
            numbers.appendFixed64(range.upperBound.bitPattern)
        }
        names.append(operations.count > Self.mostOperations ? 1 : 0)
        var listed: [(service: Int, name: [UInt8], kind: UInt8)] = []
        if operations.count <= Self.mostOperations {
            for operation in operations {
                let service = services.firstIndex { $0.key == operation.service } ?? 0
                listed.append((service, [UInt8](strings[operation.name]), operation.kind))
            }
        }
        listed.sort { left, right in
            left.service == right.service
                ? left.name == right.name
                    ? left.kind < right.kind : left.name.lexicographicallyPrecedes(right.name)
                : left.service < right.service
        }
        names.appendVarint(listed.count)
        for operation in listed {
            names.appendVarint(operation.service)
            names.append(operation.kind)
            names.appendCounted(operation.name)
        }
        var bytes: [UInt8] = []
        bytes.appendCounted(names)
        return bytes + numbers
    }
}
