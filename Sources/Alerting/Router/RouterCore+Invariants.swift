internal import State

/// What always holds between calls. The checks are for `assert`: those of everything stand where the router goes through
/// everything anyway.
extension RouterCore {
    /// Whether all groups are sound, and whatever waits to be told is of an alert in one state.
    var isSound: Bool {
        acknowledgements.isSound && groups.allSatisfy { $0 == $1.id && isSound($1) }
            && intents.allSatisfy { $0 == $1.key && Self.isSound($1) }
    }

    /// Whether a group is one of this configuration with alerts that are known, and holds its notifications while it is
    /// flushed.
    func isSound(_ group: AlertGroup) -> Bool {
        group.id.generation == generation && tree.routes.indices.contains(group.id.route)
            && group.alerts.allSatisfy { alerts[$0] != nil }
            && (!group.isFlushing || notificationKeys(group.id).allSatisfy(underway.contains))
    }

    private static func isSound(_ intent: NotificationIntent) -> Bool {
        intent.firing.isDisjoint(with: intent.resolved)
            && intent.untold.isSubset(of: intent.firing.union(intent.resolved))
    }
}
