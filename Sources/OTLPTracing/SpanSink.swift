package import Model

/// What takes spans that have ended: what sends them to a server, or the server itself.
package protocol SpanSink: Sendable {
    /// Takes a span. It is called wherever a span ends: it must not wait.
    func take(_ span: Model.Span)
}
