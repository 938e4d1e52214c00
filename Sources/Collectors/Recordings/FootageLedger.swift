package import CameraRecords

/// Where it is written down what footage there was, for longer than the footage itself is kept.
package protocol FootageLedger: Sendable {
    /// Adds what became known, by camera; what is added twice counts once. When it returns, it survives the end of the
    /// process.
    func addFootage(_ news: [String: FootageSpans]) throws
    /// Forgets what is too old, or too much.
    func forgetOldFootage(now: Int64) throws
}
