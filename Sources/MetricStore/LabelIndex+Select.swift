import Model

extension LabelIndex {
    /// Slots of the series that fulfil all `matchers`, in ascending order.
    /// - Parameter labels: the labels of a slot, for the matchers that are cheaper to try on few series one by one.
    func select(_ matchers: [Matcher], labels: (UInt32) -> Labels) -> [UInt32] {
        var candidates: [UInt32]?
        var exact: [[UInt32]] = []
        var others: [Matcher] = []
        for matcher in matchers {
            if matcher.operation == .equal, !matcher.value.isEmpty {
                let postings = postings(matcher.name, matcher.value)
                if postings.isEmpty { return [] }
                exact.append(postings)
            } else {
                others.append(matcher)
            }
        }
        for postings in exact.sorted(by: { $0.count < $1.count }) {
            candidates = candidates.map { LabelIndex.intersection($0, postings) } ?? postings
        }
        // Those that ask for a value narrow the choice, and so come before those that only exclude some.
        for matcher in others.filter({ !$0.matchesEmpty }) + others.filter(\.matchesEmpty) {
            if candidates?.isEmpty == true { return [] }
            candidates = narrow(candidates, by: matcher, labels: labels)
        }
        return candidates ?? all
    }

    private func narrow(_ candidates: [UInt32]?, by matcher: Matcher, labels: (UInt32) -> Labels) -> [UInt32] {
        let name = name(matcher.name)
        let valueCount = name?.pairs.count ?? 0
        if let candidates, candidates.count * 4 < valueCount {
            return candidates.filter { matcher.matches(labels($0)) }
        }
        var chosen = SlotSet(capacity: capacity)
        if matcher.matchesEmpty {
            // Series without the label are in: so those are looked for whose value does not match.
            guard let name else { return candidates ?? all }
            for number in name.pairs {
                let pair = pairs[Int(number)]
                if !pair.postings.isEmpty, !matcher.matches(value(of: pair)) { chosen.formUnion(pair.postings) }
            }
            return (candidates ?? all).filter { !chosen.contains($0) }
        }
        guard let name else { return [] }
        for pair in matchingPairs(name, matcher) { chosen.formUnion(pair.postings) }
        return candidates.map { $0.filter(chosen.contains) } ?? chosen.members
    }

    /// Pairs of a name whose value fulfils a matcher that an empty value does not fulfil.
    private func matchingPairs(_ name: Name, _ matcher: Matcher) -> [Pair] {
        if matcher.operation == .regex {
            switch RegexShape(matcher.value) {
            case .literals(let literals) where literals.count < name.pairs.count:
                return Set(literals).filter { !$0.isEmpty }.compactMap { pair(matcher.name, $0) }
            case .prefix(let prefix, let needsMore):
                return name.pairs.map { pairs[Int($0)] }.filter { pair in
                    valueHasPrefix(pair, prefix.utf8) && (!needsMore || pair.value.count > prefix.utf8.count)
                }
            default: break
            }
        }
        return name.pairs.map { pairs[Int($0)] }.filter { !$0.postings.isEmpty && matcher.matches(value(of: $0)) }
    }

    /// What two ascending lists have in common.
    static func intersection(_ left: [UInt32], _ right: [UInt32]) -> [UInt32] {
        var common: [UInt32] = []
        var rightIndex = 0
        for slot in left {
            // In steps that double, as the right list may be far longer.
            var step = 1
            while rightIndex + step < right.count, right[rightIndex + step] < slot {
                rightIndex += step
                step *= 2
            }
            while rightIndex < right.count, right[rightIndex] < slot { rightIndex += 1 }
            if rightIndex == right.count { break }
            if right[rightIndex] == slot { common.append(slot) }
        }
        return common
    }
}
