public import Model

extension Pattern: ValuePattern {}

extension Matcher {
    /// Makes a matcher; a pattern must match the whole value, and its dot matches line feeds too, as in Prometheus.
    /// - Throws: ``PatternError`` for a pattern that RE2 does not accept.
    public init(_ name: String, _ operation: Operation, _ value: String) throws(PatternError) {
        switch operation {
        case .equal, .notEqual: self.init(name, operation, value, compiled: nil)
        case .regex, .notRegex:
            self.init(name, operation, value, compiled: try Pattern(value, dotMatchesNewline: true))
        }
    }
}
