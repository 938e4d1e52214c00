import Base
import Model
import Synchronization

/// What is known of a sealed block without opening it.
struct BlockSummary: Sendable {
    /// Names, which many blocks have in common.
    final class Names: Sendable {
        let services: [String]
        /// Keys of attributes: whether spans or resources have it, and the place of its range among ``ranges``.
        let keys: [String: (isListed: Bool, range: Int?)]
        /// `nil` where they are too many to be listed.
        let operations: [(service: Int, operation: SpanOperation)]?
        let ranges: Int

        fileprivate init?(_ bytes: UnsafeRawBufferPointer) {
            var reader = ByteReader(bytes)
            services = (0..<reader.count()).map { _ in String(decoding: reader.counted(), as: UTF8.self) }
            var keys: [String: (isListed: Bool, range: Int?)] = [:]
            var ranges = 0
            for _ in 0..<reader.count() {
                let name = String(decoding: reader.counted(), as: UTF8.self)
                let flags = reader.byte()
                keys[name] = (flags & 1 != 0, flags & 2 != 0 ? ranges : nil)
                if flags & 2 != 0 { ranges += 1 }
            }
            let isCut = reader.byte() != 0
            var operations: [(service: Int, operation: SpanOperation)] = []
            for _ in 0..<reader.count() {
                let service = reader.count(limit: max(0, services.count - 1))
                let kind = Span.Kind(rawValue: reader.byte()) ?? .unspecified
                let name = String(decoding: reader.counted(), as: UTF8.self)
                operations.append((service, SpanOperation(name: name, kind: kind)))
            }
            if reader.hasFailed || !reader.isAtEnd { return nil }
            self.keys = keys
            self.ranges = ranges
            self.operations = isCut ? nil : operations
        }
    }

    let names: Names
    /// By service: the longest duration, and whether there are errors.
    private let durations: [UInt64]
    private let errors: [Bool]
    private let ranges: [ClosedRange<Double>]

    /// Names that were read, so that blocks share them.
    final class Cache: Sendable {
        private let known = Mutex<[[UInt8]: Names]>([:])

        private static let most = 4_096

        init() {}

        fileprivate func names(_ bytes: UnsafeRawBufferPointer) -> Names? {
            known.withLock { known in
                let key = [UInt8](bytes)
                if let names = known[key] { return names }
                guard let names = Names(bytes) else { return nil }
                if known.count >= Self.most { known = [:] }
                known[key] = names
                return names
            }
        }
    }

    /// Reads what ``SummaryBuilder`` wrote; `nil` for anything else.
    init?(_ bytes: [UInt8], _ cache: Cache) {
        var result: (names: Names, durations: [UInt64], errors: [Bool], ranges: [ClosedRange<Double>])?
        bytes.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            guard let names = cache.names(reader.counted()) else { return }
            var durations: [UInt64] = []
            var errors: [Bool] = []
            for _ in names.services {
                durations.append(reader.varint())
                errors.append(reader.byte() != 0)
            }
            var ranges: [ClosedRange<Double>] = []
            for _ in 0..<names.ranges {
                let lower = Double(bitPattern: reader.fixed64())
                let upper = Double(bitPattern: reader.fixed64())
                guard lower <= upper else { return }
                ranges.append(lower...upper)
            }
            if reader.hasFailed || !reader.isAtEnd { return }
            result = (names, durations, errors, ranges)
        }
        guard let result else { return nil }
        (names, durations, errors, ranges) = result
    }
}

extension BlockSummary {
    /// Whether a span of the block may meet all conditions.
    /// - Parameter filter: gives the filter of the block's values where it is needed; `nil` if it cannot be read.
    func mayHold(_ conditions: [PreparedCondition], filter: () throws -> [UInt8]?) rethrows -> Bool {
        var services = Array(names.services.indices)
        for condition in conditions {
            if condition.subject == .service {
                services.removeAll { condition.holds(for: .string(names.services[$0])) == condition.isNegated }
            }
        }
        for condition in conditions where !condition.isNegated {
            switch condition.subject {
            case .duration:
                if case .number(let range) = condition.comparison {
                    services.removeAll { Double(durations[$0]) < range.lowerBound && durations[$0] < 1 << 62 }
                }
            case .status:
                if case .equals("error") = condition.comparison { services.removeAll { !errors[$0] } }
            default: break
            }
        }
        if services.isEmpty { return false }
        var read: [UInt8]??
        for condition in conditions where !condition.isNegated {
            let isPossible = try condition.mayHold(names.keys, ranges) {
                if let read { return read }
                let filter = try filter()
                read = .some(filter)
                return filter
            }
            if !isPossible { return false }
        }
        return true
    }
}
