package import Base
package import HTTPKit
package import Model

/// What the door needs of the rest of the server.
package struct ElasticParts: Sendable {
    let source: any LogSource
    let appender: any LogAppender
    let lanes: MessageLanes
    let gate: WorkGate
    let names: IndexNames
    /// What the one node of the cluster is called.
    let nodeName: String
    let now: @Sendable () -> Int64
    let wrote: Wrote

    /// Told of each request that writes.
    package typealias Wrote = @Sendable (_ stored: Int, _ refused: Int, _ bodyBytes: Int) -> Void

    /// - Parameters:
    ///   - source: where events are looked for.
    ///   - appender: where documents are stored.
    ///   - lanes: where documents are read; the same as those of other doors.
    ///   - gate: where searches run, with those of the pages.
    ///   - names: which index events stand in.
    ///   - nodeName: what the node is called.
    ///   - now: milliseconds since the Unix epoch.
    ///   - wrote: told of each request that writes: how many documents it stored, how many not, and its bytes as it came.
    package init(
        source: any LogSource, appender: any LogAppender, lanes: MessageLanes, gate: WorkGate,
        names: IndexNames = IndexNames(), nodeName: String, now: @escaping @Sendable () -> Int64,
        wrote: @escaping Wrote = { _, _, _ in }
    ) {
        self.source = source
        self.appender = appender
        self.lanes = lanes
        self.gate = gate
        self.names = names
        self.nodeName = nodeName
        self.now = now
        self.wrote = wrote
    }
}
