internal import Base
internal import Foundation
internal import HTTPKit
internal import Model
internal import PromQL
internal import Rules

/// Which rules `/api/v1/rules` is asked for, by Prometheus' parameters: `type`, `rule_name[]`, `rule_group[]`,
/// `file[]`, `match[]`, `exclude_alerts`, and pages of groups with `group_limit` and `group_next_token`.
struct RuleFilter {
    /// Whether the rules are told with their alerts.
    let showsAlerts: Bool
    private let isAlert: Bool?
    private let names: Set<String>
    private let groups: Set<String>
    private let files: Set<String>
    private let selectors: [[Matcher]]
    private let groupLimit: Int?
    private let token: String?

    init(_ parameters: APIParameters, features: Set<PromQLFeature>) throws {
        switch parameters.text("type")?.lowercased() {
        case nil, "": isAlert = nil
        case "alert": isAlert = true
        case "record": isAlert = false
        case let other?:
            throw APIError(
                .badData,
                "invalid parameter \"type\": not supported value \"\(other)\"; write \"alert\" or \"record\"")
        }
        names = Set(parameters.all("rule_name[]"))
        groups = Set(parameters.all("rule_group[]"))
        files = Set(parameters.all("file[]"))
        showsAlerts = try !parameters.flag("exclude_alerts")
        selectors = try parameters.all("match[]").map { text in
            do {
                return try PromQLParser.parseSelector(text, features: features)
            } catch {
                throw APIError(.badData, "invalid parameter \"match[]\": \(error)")
            }
        }
        token = parameters.text("group_next_token").flatMap { $0.isEmpty ? nil : $0 }
        guard let text = parameters.text("group_limit"), !text.isEmpty else {
            guard token == nil else {
                throw APIError(
                    .badData,
                    "invalid parameter \"group_limit\": it is missing beside group_next_token"
                )
            }
            groupLimit = nil
            return
        }
        guard let limit = Int(text), limit > 0 else {
            throw APIError(
                .badData,
                "invalid parameter \"group_limit\": \"\(text)\" is not a valid number greater than 0")
        }
        groupLimit = limit
    }

    /// The groups of `all` that are asked for with those of their rules that are, and where the next page begins.
    /// - Throws: ``APIError`` when no group is the one that the token names.
    func page(of all: [RuleGroupView]) throws -> (groups: [RuleGroupView], next: String?) {
        var first = 0
        if let token {
            guard let found = all.firstIndex(where: { Self.token(of: $0) == token }) else {
                throw APIError(
                    .badData,
                    "invalid parameter \"group_next_token\": no group has \"\(token)\"; were the rule groups changed?")
            }
            first = found
        }
        var page: [RuleGroupView] = []
        for group in all[first...] where matches(group) {
            let rules = group.rules.filter(matches)
            if rules.isEmpty { continue }
            if page.count == groupLimit { return (page, Self.token(of: group)) }
            page.append(group.keeping(rules))
        }
        return (page, nil)
    }

    private func matches(_ group: RuleGroupView) -> Bool {
        (groups.isEmpty || groups.contains(group.name)) && (files.isEmpty || files.contains(group.file))
    }

    private func matches(_ rule: RuleView) -> Bool {
        if let isAlert, rule.isAlert != isAlert { return false }
        if !names.isEmpty, !names.contains(rule.name) { return false }
        if selectors.isEmpty { return true }
        let labels = Labels(rule.labels.map { Label($0.key, $0.value) })
        return selectors.contains { $0.allSatisfy { $0.matches(labels) } }
    }

    private static func token(of group: RuleGroupView) -> String {
        String(ByteHash.stable("\(group.file);\(group.name)"), radix: 16)
    }
}
