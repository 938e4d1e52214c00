/// A piece of a recorder's work, for traces: how it got its stream, or a segment that it wrote.
package struct RecorderSpan: Codable, Sendable, Hashable {
    /// 32 hexadecimal digits.
    package var trace: String
    /// 16 hexadecimal digits.
    package var span: String
    package var parent: String?
    /// The trace and span of another piece that has to do with it: the connection whose pictures a segment holds.
    package var linkedTrace: String?
    package var linkedSpan: String?
    package var name: String
    /// Nanoseconds since the Unix epoch.
    package var start: Int64
    package var end: Int64
    package var texts: [String: String] = [:]
    package var numbers: [String: Int64] = [:]
    /// Why it failed, without credentials.
    package var problem: String?
}
