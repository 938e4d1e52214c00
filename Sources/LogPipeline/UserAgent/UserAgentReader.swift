import Patterns
import Synchronization

/// Reads texts of user agents by a table of what is common.
package final class UserAgentReader: Sendable {
    struct Rule: Sendable {
        let pattern: Pattern
        /// `nil`: the first group is the name.
        let name: String?
        /// In place of what the groups behind it say.
        let versions: [String]?
    }

    /// Some rules, and a pattern that is found wherever one of theirs is: where it is not, none of them is tried.
    private struct Group: Sendable {
        let door: Pattern
        let rules: [Rule]
    }

    private let bots: [Group]
    private let programs: [Group]
    private let systems: [Group]
    private let devices: [Group]

    private static let groupSize = 8

    /// The last answers, in two halves: what is asked of the older one moves to the newer, and when that is full it becomes the
    /// older one.
    private struct Cache {
        var newer: [String: UserAgent] = [:]
        var older: [String: UserAgent] = [:]
    }

    private let cache = Mutex(Cache())
    private let cacheMax: Int

    /// The rest of a longer text says nothing.
    private static let longest = 2_048

    package static let shared = UserAgentReader()

    /// - Parameter cacheMax: how many texts are remembered.
    package init(cacheMax: Int = 4_000) {
        self.cacheMax = max(2, cacheMax)
        bots = Self.groups(UserAgentTable.bots)
        programs = Self.groups(UserAgentTable.programs)
        systems = Self.groups(UserAgentTable.systems)
        devices = Self.groups(UserAgentTable.devices)
    }

    /// How many rules there are.
    var ruleCount: Int { [bots, programs, systems, devices].joined().reduce(0) { $0 + $1.rules.count } }

    private static func groups(_ rows: [UserAgentTable.Row]) -> [Group] {
        stride(from: 0, to: rows.count, by: groupSize).compactMap { start in
            let rows = rows[start..<min(start + groupSize, rows.count)]
            // The table is ours, and a test sees to it that all of it is understood.
            let rules = rows.compactMap { row in
                (try? Pattern(row.pattern)).map { Rule(pattern: $0, name: row.name, versions: row.versions) }
            }
            let door = try? Pattern(rows.map { "(?:\($0.pattern))" }.joined(separator: "|"))
            return door.map { Group(door: $0, rules: rules) }
        }
    }

    package func read(_ text: String) -> UserAgent {
        let known = cache.withLock { cache -> UserAgent? in
            if let known = cache.newer[text] { return known }
            guard let known = cache.older[text] else { return nil }
            remember(text, known, &cache)
            return known
        }
        if let known { return known }
        let fresh = search(
            text.utf8.count > Self.longest ? String(decoding: text.utf8.prefix(Self.longest), as: UTF8.self) : text)
        if text.utf8.count <= Self.longest { cache.withLock { remember(text, fresh, &$0) } }
        return fresh
    }

    private func remember(_ text: String, _ agent: UserAgent, _ cache: inout Cache) {
        if cache.newer.count >= cacheMax / 2 {
            cache.older = cache.newer
            cache.newer = [:]
        }
        cache.newer[text] = agent
    }

    private func search(_ text: String) -> UserAgent {
        let bot = Self.part(text, bots)
        let program = bot ?? Self.part(text, programs)
        let device = bot == nil ? Self.part(text, devices)?.family : "Spider"
        return UserAgent(
            program: program ?? .other, system: Self.part(text, systems) ?? .other,
            device: device?.isEmpty == false ? device ?? "Other" : "Other")
    }

    private static func part(_ text: String, _ groups: [Group]) -> UserAgent.Part? {
        for group in groups where group.door.isFound(in: text) {
            if let part = part(text, group.rules) { return part }
        }
        return nil
    }

    private static func part(_ text: String, _ rules: [Rule]) -> UserAgent.Part? {
        for rule in rules where rule.pattern.isFound(in: text) {
            guard let groups = rule.pattern.captures(in: text) else { continue }
            let hasName = rule.name?.contains("$1") ?? true
            let first = groups.count > 1 ? groups[1] ?? "" : ""
            let name = rule.name.map { hasName ? $0.replacing("$1", with: first) : $0 } ?? first
            let versions = Array(groups.dropFirst(hasName ? 2 : 1))
            return UserAgent.Part(family: name, versions: rule.versions ?? versions)
        }
        return nil
    }
}
