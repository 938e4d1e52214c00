internal import Exposition
internal import Model
internal import Synchronization

/// The numbers of series that were written before, so that their labels need not be read again with each request.
///
/// A number may have ended meanwhile: the store tells so when it is used, and the next request brings the new one.
final class SeriesRefCache: Sendable {
    /// Series in all; when a part is full it is emptied and fills again.
    private static let limit = 4_000_000
    private static let partCount = 16

    private struct Part: ~Copyable, Sendable {
        let refs = Mutex<[SeriesKey: SeriesRef]>([:])
    }

    private let parts: InlineArray<16, Part>

    init() { parts = InlineArray { _ in Part() } }

    func ref(of key: SeriesKey) -> SeriesRef? { parts[Self.part(of: key)].refs.withLock { $0[key] } }

    func set(_ ref: SeriesRef, for key: SeriesKey) {
        parts[Self.part(of: key)].refs.withLock { refs in
            if refs.count >= Self.limit / Self.partCount { refs.removeAll(keepingCapacity: true) }
            refs[key] = ref
        }
    }

    private static func part(of key: SeriesKey) -> Int { key.hashValue & (partCount - 1) }
}
