/// Whether a file may be a copy of another one, by their paths.
enum CopyName {
    enum Likeness {
        /// The name has the other one's in its own: `cam-1-old-one.log`, which may as well be a log of its own.
        case related
        /// The name is one that rotation and copying make: `app.log.1`, `app-20261126.log`, `app.log.bak`, `old/app.log`.
        case rotated
    }

    /// What rotation and copying add to a name, besides numbers and dates.
    private static let additions: Set<String> = [
        "gz", "old", "bak", "backup", "orig", "copy", "save", "saved", "prev", "previous", "log", "txt", "archive",
    ]

    /// - Returns: `nil` where `path` cannot be one: a copy's name has something that the original's lacks, never less.
    static func likeness(of path: String, to original: String) -> Likeness? {
        if path == original { return nil }
        let (name, other) = (lastPart(path), lastPart(original))
        if name == other {
            // In a folder below, where rotation may put what is old.
            return path.hasPrefix(original.dropLast(other.count)) ? .rotated : nil
        }
        guard name.utf8.count > other.utf8.count else { return nil }
        let stem = stem(of: other)
        guard let range = name.ranges(of: stem).first(where: { isApart($0, in: name) }) else { return nil }
        let rest = name[..<range.lowerBound] + "." + name[range.upperBound...]
        let words = rest.split(whereSeparator: { !$0.isLetter && !$0.isNumber })
        let last = words.last { $0 != "gz" }
        let isRotated = words.allSatisfy {
            // A short number counts behind all else: job-2.log may be a log of its own.
            isAddition($0) || isDate($0) && ($0.count >= 6 || $0.endIndex == last?.endIndex)
                || other.dropFirst(stem.count).dropFirst() == $0
        }
        return isRotated ? .rotated : .related
    }

    /// As ``likeness(of:to:)``, for an original that may have been renamed since it was copied: a copy and its original that
    /// rotation has moved on are `app.log.2` and `app.log.1`.
    static func likeness(of path: String, toMoved original: String) -> Likeness? {
        if let likeness = likeness(of: path, to: original) { return likeness }
        guard path != original, let dot = original.lastIndex(of: "."), !original[dot...].contains("/"),
            isDate(original[original.index(after: dot)...]),
            likeness(of: path, to: String(original[..<dot])) == .rotated
        else { return nil }
        return .rotated
    }

    /// The parts of a name by which it may be related to another one, for an index of originals by their stems.
    static func stems(in path: String) -> [Substring] {
        let name = lastPart(path)
        var edges: [Substring.Index] = []
        var wasWord = false
        for index in name.indices {
            let isWord = isWord(name[index])
            if isWord != wasWord { edges.append(index) }
            wasWord = isWord
        }
        if wasWord { edges.append(name.endIndex) }
        // Words begin at the even ones and end at the odd ones.
        if edges.count > 32 { edges.removeLast(edges.count - 32) }
        var stems: [Substring] = []
        for first in stride(from: 0, to: edges.count, by: 2) {
            for last in stride(from: first + 1, to: edges.count, by: 2) {
                stems.append(name[edges[first]..<edges[last]])
            }
        }
        return stems
    }

    /// The name without its extension, trimmed to words at both ends.
    static func stem(ofPath path: String) -> Substring { stem(of: lastPart(path)) }

    private static func stem(of name: Substring) -> Substring {
        var stem = name
        if let dot = stem.lastIndex(of: "."), dot > stem.startIndex { stem = stem[..<dot] }
        while let first = stem.first, !isWord(first) { stem.removeFirst() }
        while let last = stem.last, !isWord(last) { stem.removeLast() }
        return stem.isEmpty ? name : stem
    }

    /// `bak`, `bak2`.
    private static func isAddition(_ word: Substring) -> Bool {
        var word = word
        while let last = word.last, last.isNumber { word.removeLast() }
        return additions.contains(word.lowercased())
    }

    /// A number, or a date and time as `20261126T120000Z`.
    private static func isDate(_ word: Substring) -> Bool {
        word.first?.isNumber ?? false && word.allSatisfy { $0.isNumber || "tTzZ".contains($0) }
    }

    private static func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }

    private static func isApart(_ range: Range<Substring.Index>, in name: Substring) -> Bool {
        let before = range.lowerBound == name.startIndex ? nil : name[name.index(before: range.lowerBound)]
        let after = range.upperBound == name.endIndex ? nil : name[range.upperBound]
        return !(before.map(isWord) ?? false) && !(after.map(isWord) ?? false)
    }

    private static func lastPart(_ path: String) -> Substring {
        path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]
    }
}
