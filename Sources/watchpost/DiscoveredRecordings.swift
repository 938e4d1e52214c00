import Collectors
import Foundation

/// `watchpost discover --recordings`: what recorders have laid in a folder, as entries of `watchpost.yml`.
enum DiscoveredRecordings {
    /// - Throws: ``CommandFailure`` where the folder cannot be read, or holds nothing that is known.
    static func show(in folder: String) throws {
        let look = RecordingLook.at(folder)
        if let problem = look.problem { throw CommandFailure("cannot look into \(folder): \(problem)") }
        if look.cameras.isEmpty { throw CommandFailure(nothing(look)) }
        for line in notes(look) { print("# \(shown(line))") }
        print("cameras:")
        for laid in look.cameras { print(RecordingLines.camera(laid)) }
        print("recordings:")
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        for laid in look.cameras { print("  # \(shown(remark(laid, now)))\n" + RecordingLines.recording(laid)) }
    }

    private static func remark(_ laid: LaidRecordings, _ now: Int64) -> String {
        var text = "\(laid.recorder): \(laid.count) segments seen"
        let age = now - laid.lastWrite
        text += age >= 0 ? ", the newest written \(age / 1_000) s ago" : ", the newest with a time of the future"
        if !laid.otherStreams.isEmpty {
            text += "; its streams \(laid.otherStreams.joined(separator: ", ")) lie beside it"
        }
        return text
    }

    private static func notes(_ look: RecordingLook) -> [String] {
        var notes = look.unread.map { "Not looked into, \($0)" }
        if look.isPartial { notes.append("There is more than was looked at: not every camera may stand here.") }
        if let stranger = look.stranger { notes.append("Of no layout that is known, for example: \(stranger)") }
        return notes
    }

    private static func nothing(_ look: RecordingLook) -> String {
        let rest = look.unread.isEmpty ? "" : " Not looked into, \(look.unread.joined(separator: "; "))."
        if let stranger = look.stranger {
            return "segments lie in \(look.folder), and no layout that is known: \(shown(stranger)), for example. "
                + "Write their path as a pattern, with %Y %m %d %H %M %S for the time and * for anything." + rest
        }
        let other = look.other.map { "; \(shown($0)) is there, for example" } ?? ""
        return "no segment lies in \(look.folder)\(other)." + rest
    }

    /// On one line, whatever a file's name holds.
    private static func shown(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map {
                    $0.value < 0x20 || (0x7f...0x9f).contains($0.value) || [0x2028, 0x2029].contains($0.value)
                        ? "?" : $0
                }))
    }
}
