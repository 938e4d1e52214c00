internal import LogDocuments

/// `filter_path`: which parts of an answer are wanted (`hits.hits._source,took`, `**.error`, `-hits.hits._id`).
struct FilterPath {
    private var included: [[String]] = []
    private var excluded: [[String]] = []

    init?(_ text: String?) {
        guard let text, !text.isEmpty else { return nil }
        for part in text.split(separator: ",") {
            let isExcluded = part.hasPrefix("-")
            let path = (isExcluded ? part.dropFirst() : part).split(separator: ".").map(String.init)
            if isExcluded { excluded.append(path) } else { included.append(path) }
        }
    }

    func applied(to value: DocumentValue) -> DocumentValue {
        var value = value
        if !included.isEmpty { value = Self.keeping(value, included) ?? .object([:]) }
        if !excluded.isEmpty { value = Self.removing(value, excluded) ?? .object([:]) }
        return value
    }

    /// What is left of paths behind a member; an empty one says that all of it is meant.
    private static func rest(of paths: [[String]], behind name: String) -> [[String]] {
        let all = paths.flatMap { path -> [[String]] in
            guard let first = path.first else { return [] }
            if first == "**" {
                var found = [path]
                if path.count > 1, IndexExpression.matches(name, path[1]) { found.append(Array(path.dropFirst(2))) }
                if path.count == 1 { found.append([]) }
                return found
            }
            return IndexExpression.matches(name, first) ? [Array(path.dropFirst())] : []
        }
        // With several `**` one is reached by many ways, twice as many each level.
        return all.count > 1 ? Array(Set(all)) : all
    }

    private static func keeping(_ value: DocumentValue, _ paths: [[String]]) -> DocumentValue? {
        if paths.contains([]) { return value }
        if paths.isEmpty { return nil }
        switch value {
        case .object(let object):
            var kept = Document()
            for (name, value) in object.members {
                if let inner = keeping(value, rest(of: paths, behind: name)) { kept.append(name, inner) }
            }
            return kept.isEmpty ? nil : .object(kept)
        case .array(let values):
            let kept = values.compactMap { keeping($0, paths) }
            return kept.isEmpty ? nil : .array(kept)
        default: return nil
        }
    }

    private static func removing(_ value: DocumentValue, _ paths: [[String]]) -> DocumentValue? {
        if paths.contains([]) { return nil }
        switch value {
        case .object(let object):
            var kept = Document()
            for (name, value) in object.members {
                if let inner = removing(value, rest(of: paths, behind: name)) { kept.append(name, inner) }
            }
            return .object(kept)
        case .array(let values): return .array(values.compactMap { removing($0, paths) })
        default: return value
        }
    }
}
