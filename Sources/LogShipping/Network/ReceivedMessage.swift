/// A message as it came from the network.
struct ReceivedMessage: Sendable {
    let bytes: [UInt8]
    /// `ADDRESS:PORT`
    let sender: String
    /// When it came, in milliseconds since the Unix epoch.
    let time: Int64
    /// Whether its end was cut off.
    let isCut: Bool

    /// What it costs while it waits.
    var cost: Int { bytes.count + 128 }
}
