import Foundation

/// How long the tests that only `make soak` runs go on: `WATCHPOST_SOAK=1` is their whole length, a larger number is so
/// many seconds.
enum LongForm {
    private static let wanted = ProcessInfo.processInfo.environment["WATCHPOST_SOAK"].flatMap(Int.init)

    static var isWanted: Bool { wanted != nil }

    static func span(_ seconds: Int) -> Duration { .seconds(wanted.map { $0 > 1 ? $0 : seconds } ?? seconds) }

    /// A program in one of the folders of `PATH`.
    static func program(_ name: String) -> String? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
