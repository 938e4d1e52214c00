internal import Base
internal import Foundation
internal import LogDocuments
internal import Model

/// The id of an event that nobody gave one: its time and a hash of what it says, so that it is the same at each question.
/// Events that say the same at the same time in the same index have the same.
struct EventID: Sendable, Hashable {
    /// In milliseconds since the Unix epoch.
    let time: Int64

    private static let bytes = 15

    /// Reads an id; `nil` for one of another form.
    init?(_ text: String) {
        guard text.utf8.count == 20,
            let data = Data(
                base64Encoded: text.replacing("-", with: "+").replacing("_", with: "/")), data.count == Self.bytes
        else { return nil }
        time = data.prefix(6).reduce(Int64(0)) { $0 << 8 | Int64($1) }
    }

    /// The id of an event: its own, or one that is made.
    static func text(of event: borrowing LogEvent, in index: String) -> String {
        if case .string(let id)? = event.fields[DocumentFields.id] { return id }
        var hash = ByteHash.stable(index)
        var second: UInt64 = 0
        var bytes: [UInt8] = []
        for (name, value) in event.fields {
            bytes.removeAll(keepingCapacity: true)
            bytes.append(contentsOf: name.utf8)
            bytes.append(0)
            DocumentValue(value).write(to: &bytes)
            let own = bytes.withUnsafeBytes { ByteHash.hash($0, seed: 0) }
            // The order of fields is not kept.
            hash = hash &+ own
            second ^= own
        }
        var all: [UInt8] = []
        for shift in stride(from: 40, through: 0, by: -8) {
            all.append(UInt8(truncatingIfNeeded: event.timestamp >> Int64(shift)))
        }
        for shift in stride(from: 56, through: 0, by: -8) {
            all.append(UInt8(truncatingIfNeeded: hash >> UInt64(shift)))
        }
        all.append(UInt8(truncatingIfNeeded: second))
        return Data(all).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
    }
}
