internal import Collectors
internal import State

/// What footage there was stands in `state.sqlite`.
extension StateStore: FootageLedger {}
