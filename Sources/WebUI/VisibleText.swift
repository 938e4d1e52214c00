/// Text from outside as a page may show it: what would act on the page, or stay unseen, is written out.
///
/// Escape sequences of terminals, other control characters, marks that turn the direction of writing around and letters
/// without width show as signs; HTML is escaped where a template puts the text in.
struct VisibleText {
    let text: String
    /// Whether the text goes on behind what is shown.
    let isCut: Bool

    /// - Parameters:
    ///   - length: the most characters (Unicode scalars) that are shown.
    ///   - lines: the most lines.
    init(_ text: String, length: Int, lines: Int = .max) {
        var shown = ""
        var (count, breaks) = (0, 0)
        for scalar in text.unicodeScalars {
            if scalar == "\n" { breaks += 1 }
            if count >= length || breaks == lines {
                self.text = shown
                isCut = true
                return
            }
            let before = shown.utf8.count
            Self.append(scalar, to: &shown)
            // What is written out takes the room that it needs.
            count += shown.utf8.count - before > 4 ? shown.utf8.count - before : 1
        }
        self.text = shown
        isCut = false
    }

    /// A short text: a name, a value.
    static func short(_ text: String) -> String {
        let shown = VisibleText(text, length: 200, lines: 3)
        return shown.isCut ? shown.text + "…" : shown.text
    }

    private static func append(_ scalar: Unicode.Scalar, to text: inout String) {
        switch scalar.value {
        case 0x0A, 0x09, 0x20...0x7E, 0xA0...0xAC, 0xAE...0x2FF: text.unicodeScalars.append(scalar)
        case 0x1B: text += "⟨ESC⟩"
        default:
            if isUnseen(scalar) {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                text += "⟨U+" + (digits.utf8.count < 2 ? "0" : "") + digits + "⟩"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
    }

    private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // Joiners belong to words of several languages.
        case 0x200C, 0x200D: false
        case 0x2028, 0x2029, 0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800: true
        default:
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned: true
            default: false
            }
        }
    }
}
