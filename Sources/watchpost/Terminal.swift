import ArgumentParser
import Foundation

/// Where a command prints.
enum StandardOutput {
    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Prints at once, whatever stands at the other end.
    /// - Throws: `ExitCode`, where nobody reads any longer: `watchpost logs | head` is no failure.
    static func put(_ text: String) throws { try put(bytes: Array(text.utf8)) }

    static func put(bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                if errno == EPIPE { throw ExitCode.success }
                throw CommandFailure("cannot print: \(String(cString: strerror(errno)))")
            }
            rest = rest.dropFirst(count)
        }
    }

    /// Whether nobody reads any longer at the other end of a pipe.
    static var isLeft: Bool {
        var output = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
        return poll(&output, 1, 0) == 1 && output.revents & Int16(POLLERR) != 0
    }

    /// Columns and lines of the terminal; 80 and 24 where there is none, or what `COLUMNS` and `LINES` say.
    static var size: (columns: Int, lines: Int) {
        var size = winsize()
        if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 {
            return (Int(size.ws_col), Int(size.ws_row))
        }
        let environment = ProcessInfo.processInfo.environment
        func number(_ name: String, or standard: Int) -> Int {
            environment[name].flatMap { Int($0) }.flatMap { (1...10_000).contains($0) ? $0 : nil } ?? standard
        }
        return (number("COLUMNS", or: 80), number("LINES", or: 24))
    }
}

/// What is said beside the answer.
enum StandardError {
    static func put(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
}

/// When colours are printed.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, always, never

    /// `NO_COLOR` counts with any value but an empty one: https://no-color.org
    var isOn: Bool {
        switch self {
        case .always: true
        case .never: false
        case .auto:
            StandardOutput.isTerminal && ProcessInfo.processInfo.environment["NO_COLOR"]?.isEmpty ?? true
                && ProcessInfo.processInfo.environment["TERM"] != "dumb"
        }
    }
}
