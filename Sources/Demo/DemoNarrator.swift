internal import Foundation
package import SiteView
internal import Synchronization

/// Tells what the demo does, as it comes: in the terminal, and on the pages.
package final class DemoNarrator: Sendable {
    private let lines = Mutex<[StoryLine]>([])

    /// So many lines are kept for the pages.
    private static let capacity = 40

    /// What was told, the newest first.
    package var story: [StoryLine] { lines.withLock { $0.reversed() } }

    /// Before there are pages: in the terminal alone.
    static func tell(_ text: String) {
        FileHandle.standardOutput.write(Data("demo: \(text)\n".utf8))
    }

    /// Something happened now.
    /// - Parameter path: the page where it is seen.
    func tell(_ text: String, seenAt path: String? = nil, of url: String = "") {
        let now = Date()
        lines.withLock { lines in
            lines.append(
                StoryLine(time: Int64(now.timeIntervalSince1970 * 1_000), text: text, path: path))
            if lines.count > Self.capacity { lines.removeFirst() }
        }
        let style = Date.ISO8601FormatStyle(timeZone: .current).time(includingFractionalSeconds: false)
        let clock = now.formatted(style)
        Self.tell("\(clock) \(text)\(path.map { "  \(url)\($0)" } ?? "")")
    }
}
