internal import Model

/// What is taken at most of acknowledgements.
package enum AcknowledgementLimits {
    /// Bytes of a fault's key.
    static let keyBytesMax = 1_024
    /// Letters of a name, and of a comment.
    package static let nameLengthMax = 100
    package static let commentLengthMax = 1_000

    /// A text as it is kept: one line, without blanks around it.
    static func line(_ text: String, _ length: Int) -> String {
        let words = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) }
        return String(String(words).trimming { $0.isWhitespace }.prefix(length))
    }
}

extension String {
    fileprivate func trimming(_ isTrimmed: (Character) -> Bool) -> Substring {
        var rest = self[...]
        while let first = rest.first, isTrimmed(first) { rest.removeFirst() }
        while let last = rest.last, isTrimmed(last) { rest.removeLast() }
        return rest
    }
}
