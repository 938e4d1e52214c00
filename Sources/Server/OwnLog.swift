internal import Logging

/// The server's own log, on standard error.
enum OwnLog {
    static func make() -> Logger {
        // A second start in one process (tests) keeps the first one's log.
        _ = setUp
        return Logger(label: "watchpost")
    }

    private static let setUp: Void = LoggingSystem.bootstrap(StreamLogHandler.standardError)

    /// For libraries, whose news are not a user's.
    static var quiet: Logger {
        var logger = Logger(label: "watchpost.http")
        logger.logLevel = .error
        return logger
    }
}
