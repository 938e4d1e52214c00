internal import CLinux
internal import Foundation
internal import Glibc

/// A program that could not be started.
package struct StartFailed: Error, Sendable, CustomStringConvertible {
    package let program: String
    package let reason: String

    package var description: String { "cannot start \(program): \(reason); check that it is installed and in PATH" }
}

/// Starts programs with pipes, in a session of their own where wanted.
enum ChildProcess {
    struct Options {
        var standardInput: Int32 = -1
        var standardOutput: Int32 = -1
        var standardError: Int32 = -1
        var ownSession = false
        /// The signal that the program gets when the starting *thread* ends; 0 is none.
        var deathSignal: Int32 = 0
    }

    /// - Returns: the program's pid.
    static func start(_ command: [String], _ options: Options) throws(StartFailed) -> Int32 {
        guard let program = command.first else { throw StartFailed(program: "", reason: "the command is empty") }
        let arguments = command.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        let result = program.withCString { path in
            arguments.withUnsafeBufferPointer { arguments in
                var spawn = wp_spawn_options()
                spawn.path = path
                spawn.argv = arguments.baseAddress
                spawn.envp = UnsafePointer(environ)
                spawn.standard_input = options.standardInput
                spawn.standard_output = options.standardOutput
                spawn.standard_error = options.standardError
                spawn.own_session = options.ownSession ? 1 : 0
                spawn.death_signal = options.deathSignal
                return wp_spawn(&spawn)
            }
        }
        guard result > 0 else { throw StartFailed(program: program, reason: String(cString: strerror(-result))) }
        return result
    }

    /// A pipe's two ends, closed in programs that are started.
    static func pipe() throws(StartFailed) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        let failure = wp_pipe(&ends)
        guard failure == 0 else { throw StartFailed(program: "a pipe", reason: String(cString: strerror(-failure))) }
        return (ends[0], ends[1])
    }

    static func makeNonBlocking(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }
}
