internal import Base
internal import GoTemplate
internal import State

/// A notification as a mail message.
struct MailContent: Sendable {
    let from: String
    let recipients: [String]
    let bytes: [UInt8]

    /// Why a message could not be made.
    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    init(_ config: EmailConfig, _ text: NotificationText) throws {
        let to = try text.address(config.to, "to")
        let from = try text.address(config.from, "from")
        guard let recipients = MailText.addresses(in: to) else {
            throw Refused(description: "cannot send mail to \(to): it is not a list of addresses; mend `to`")
        }
        guard let sender = MailText.addresses(in: from)?.first else {
            throw Refused(
                description: "cannot send mail from \(from): it is not an address; mend `from` or `smtp_from`")
        }
        self.from = sender
        self.recipients = recipients
        let host = sender.split(separator: "@").last.map(String.init) ?? "localhost"
        let thread = "<group-\(Self.threadName(text.data.groupKey))@\(host)>"
        let identifier = text.intent.identifier
        // The date is that of the first attempt, so that a mail that comes twice is the same mail.
        let date = TemplateTime(milliseconds: text.intent.createdAt)
        var headers: [(name: String, value: String)] = [
            ("From", from), ("To", to), ("Subject", #"{{ template "email.default.subject" . }}"#),
            ("Message-ID", "<\(identifier)@\(host)>"), ("Date", date.formatted("Mon, 02 Jan 2006 15:04:05 -0700")),
            ("In-Reply-To", thread), ("References", thread), ("Auto-Submitted", "auto-generated"),
        ]
        for (name, value) in config.headers.sorted(by: { $0.key < $1.key }) {
            headers.removeAll { $0.name.lowercased() == name.lowercased() }
            headers.append((name, value))
        }
        let boundary = "=_\(identifier)"
        var message = ""
        for (name, value) in headers {
            let lower = name.lowercased()
            let expanded =
                Self.ownHeaders.contains(lower)
                ? value
                : lower == "subject"
                    ? text.line(value, name)
                    : (Self.addressHeaders.contains(lower) ? try text.address(value, name) : text.optional(value, name))
            guard let expanded else { continue }
            let written =
                Self.addressHeaders.contains(lower) ? MailText.addressHeader(expanded) : MailText.header(expanded)
            message += "\(Self.headerName(name)): \(written)\r\n"
        }
        message +=
            "MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary=\"\(boundary)\"\r\n\r\n"
        let plain = config.text.isEmpty ? #"{{ template "email.default.text" . }}"# : config.text
        message += Self.part("text/plain", text.body(plain, "text"), boundary)
        if !config.html.isEmpty, !text.isPlain {
            message += Self.part("text/html", text.body(config.html, "html", escapesHTML: true), boundary)
        }
        bytes = Array((message + "--\(boundary)--\r\n").utf8)
    }

    /// Headers that are ours, and need no template.
    private static let ownHeaders: Set<String> = ["message-id", "date", "in-reply-to", "references", "auto-submitted"]
    private static let addressHeaders: Set<String> = ["from", "to", "cc", "bcc", "reply-to", "sender"]

    private static func part(_ type: String, _ text: String, _ boundary: String) -> String {
        "--\(boundary)\r\nContent-Type: \(type); charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
            + MailText.quotedPrintable(text) + "\r\n"
    }

    /// The same for all notifications of a group, so that mail programs show them as one conversation.
    private static func threadName(_ groupKey: String) -> String {
        FingerprintText.text(ByteHash.stable(groupKey))
    }

    private static func headerName(_ name: String) -> String {
        name.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    }
}
