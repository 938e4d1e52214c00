/// A pattern with `*` for any text and `?` for one character, in lower case.
struct Wildcard: Sendable {
    enum Element: Sendable, Hashable {
        case any
        case one
        case scalar(Unicode.Scalar)
    }

    let elements: [Element]

    init(_ elements: [Element]) { self.elements = elements }

    /// Whether it is `*` alone, however often.
    var isEverything: Bool { elements.allSatisfy { $0 == .any } }

    /// Whether a text in lower case is what the pattern describes.
    func matches(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        var position = 0
        var element = 0
        // Where to go on if the text behind the last `*` does not fit.
        var retry: (element: Int, position: Int)?
        while position < scalars.count {
            if element < elements.count {
                switch elements[element] {
                case .any:
                    element += 1
                    retry = (element, position)
                    continue
                case .one:
                    element += 1
                    position += 1
                    continue
                case .scalar(let scalar) where scalar == scalars[position]:
                    element += 1
                    position += 1
                    continue
                default: break
                }
            }
            guard let again = retry else { return false }
            element = again.element
            position = again.position + 1
            retry = (element, position)
        }
        return elements[element...].allSatisfy { $0 == .any }
    }

    var text: String {
        var text = String.UnicodeScalarView()
        for element in elements {
            switch element {
            case .any: text.append("*")
            case .one: text.append("?")
            case .scalar(let scalar): text.append(scalar)
            }
        }
        return String(text)
    }
}
