public import Model

/// Where pages and the API get what they show. The server is one; tests have a fixed one.
public protocol SiteViewSource: Sendable {
    func overview() async -> Overview
    /// Worst first.
    func cameras() async -> [CameraStatus]
    func alerts() async -> [AlertView]
    /// Newest first.
    func deliveries(limit: Int) async -> [DeliveryView]
    /// The demo's inbox, newest first; empty elsewhere.
    func messages(limit: Int) async -> [InboxMessage]
    /// - Throws: ``LogSearchRefused`` for a query that cannot be understood.
    func searchLogs(_ request: LogSearchRequest) async throws -> LogPage
    func status() async -> SiteStatus
    /// A tick whenever something on the pages may have changed; ends when the server stops.
    func changes() -> AsyncStream<Void>
}
