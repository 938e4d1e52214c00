internal import Foundation
internal import GoTemplate
internal import SiteConfig

/// A notice as a mail message.
struct MailContent: Sendable {
    let from: String
    let recipients: [String]
    let bytes: [UInt8]

    /// Why a message could not be made.
    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    init(
        _ config: EmailConfig, _ data: NotificationData, _ templates: NotificationTemplates, now: Int64,
        identifier: String
    ) throws {
        let to = try templates.expand(config.to, field: "to", data, now: now)
        let from = try templates.expand(config.from, field: "from", data, now: now)
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
        let thread = "<group-\(Self.threadName(data.groupKey))@\(host)>"
        var headers: [(name: String, value: String)] = [
            ("From", from), ("To", to), ("Subject", #"{{ template "email.default.subject" . }}"#),
            ("Message-ID", "<\(identifier)@\(host)>"),
            ("Date", TemplateTime(milliseconds: now).formatted("Mon, 02 Jan 2006 15:04:05 -0700")),
            ("In-Reply-To", thread), ("References", thread), ("Auto-Submitted", "auto-generated"),
        ]
        for (name, value) in config.headers.sorted(by: { $0.key < $1.key }) {
            headers.removeAll { $0.name.lowercased() == name.lowercased() }
            headers.append((name, value))
        }
        let boundary = "=_\(identifier)"
        var text = ""
        for (name, value) in headers {
            let expanded = try templates.expand(value, field: name, data, now: now)
            text += "\(Self.headerName(name)): \(MailText.header(expanded))\r\n"
        }
        text += "MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary=\"\(boundary)\"\r\n\r\n"
        let plain = config.text.isEmpty ? #"{{ template "email.default.text" . }}"# : config.text
        text += Self.part("text/plain", try templates.expand(plain, field: "text", data, now: now), boundary)
        if !config.html.isEmpty {
            let page = try templates.expand(config.html, field: "html", data, now: now, escapesHTML: true)
            text += Self.part("text/html", page, boundary)
        }
        bytes = Array((text + "--\(boundary)--\r\n").utf8)
    }

    private static func part(_ type: String, _ text: String, _ boundary: String) -> String {
        "--\(boundary)\r\nContent-Type: \(type); charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
            + MailText.quotedPrintable(text) + "\r\n"
    }

    /// The same for all notices of a group, so that mail programs show them as one conversation.
    private static func threadName(_ groupKey: String) -> String {
        var hash: UInt64 = 14_695_981_039_346_656_037
        for byte in groupKey.utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
        return FingerprintText.text(hash)
    }

    private static func headerName(_ name: String) -> String {
        name.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    }
}
