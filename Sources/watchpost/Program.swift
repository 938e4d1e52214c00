import ArgumentParser
import Foundation

/// The running program itself.
enum Program {
    /// Where the binary is, for starting it again as another command.
    static var path: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    }

    /// Runs, and prints why it cannot to standard error in the error's own words; then the status is 1.
    static func reportingRefusals(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let exit as ExitCode {
            throw exit
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            throw ExitCode(1)
        }
    }
}
