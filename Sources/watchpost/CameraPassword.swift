import ArgumentParser
import Foundation

/// A user and a password for a camera, which never stands in the arguments.
struct CameraPassword: ParsableArguments {
    @Option(help: "A user that the camera knows; the password is asked for, or read from --password-file.")
    var user: String?

    @Option(help: "A file with the password.")
    var passwordFile: String?

    func validate() throws {
        if passwordFile != nil, user == nil { throw ValidationError("--password-file needs --user") }
    }

    /// The password of ``user``; empty without one.
    func password() throws -> String {
        guard let user else { return "" }
        if let passwordFile {
            do {
                return try String(contentsOfFile: passwordFile, encoding: .utf8)
                    .trimmingCharacters(in: .whitespacesAndNewlines)
            } catch {
                throw CommandFailure("cannot read \(passwordFile): \(error.localizedDescription)")
            }
        }
        guard isatty(STDIN_FILENO) == 1 else {
            guard let line = readLine() else { throw CommandFailure("no password came on standard input") }
            return line
        }
        guard let typed = getpass("Password of \(user): ") else { throw CommandFailure("no password was typed") }
        return String(cString: typed)
    }
}
