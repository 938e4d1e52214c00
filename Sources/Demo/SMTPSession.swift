/// The receiving side of one SMTP conversation (RFC 5321), as a pure state machine: lines in, replies out.
struct SMTPSession {
    struct Mail: Equatable {
        var from = ""
        var recipients: [String] = []
        var content = ""
    }

    enum Reply: Equatable {
        /// Write this line.
        case say(String)
        /// A mail is complete; write this line.
        case accept(Mail, String)
        /// Write this line, then close.
        case hangUp(String)
    }

    static let greeting = "220 watchpost demo inbox"
    static let maxContentBytes = 1 << 20

    private var mail = Mail()
    private var isReadingContent = false

    /// Takes a line without its end; `nil` where no reply is due.
    mutating func take(line: String) -> Reply? {
        isReadingContent ? take(contentLine: line) : take(command: line)
    }

    private mutating func take(contentLine line: String) -> Reply? {
        if line == "." {
            isReadingContent = false
            defer { mail = Mail() }
            return .accept(mail, "250 in the inbox")
        }
        guard mail.content.utf8.count + line.utf8.count < Self.maxContentBytes else {
            return .hangUp("552 a message here may have \(Self.maxContentBytes) bytes")
        }
        // A line that begins with a dot comes with one more (RFC 5321, 4.5.2).
        mail.content += (line.hasPrefix(".") ? String(line.dropFirst()) : line) + "\n"
        return nil
    }

    private mutating func take(command line: String) -> Reply {
        let verb = line.prefix { $0 != " " && $0 != ":" }.uppercased()
        switch verb {
        case "EHLO", "HELO": return .say("250 watchpost")
        case "MAIL":
            mail = Mail(from: Self.address(in: line))
            return .say("250 ok")
        case "RCPT":
            mail.recipients.append(Self.address(in: line))
            return .say("250 ok")
        case "DATA":
            guard !mail.recipients.isEmpty else { return .say("503 RCPT comes first") }
            isReadingContent = true
            return .say("354 end with a line of one dot")
        case "RSET":
            mail = Mail()
            return .say("250 ok")
        case "NOOP": return .say("250 ok")
        case "QUIT": return .hangUp("221 bye")
        default: return .say("502 not known here")
        }
    }

    private static func address(in line: String) -> String {
        guard let open = line.firstIndex(of: "<"), let close = line.lastIndex(of: ">"), open < close else { return "" }
        return String(line[line.index(after: open)..<close])
    }
}
