/// What events must have to be wanted, known before they are looked at: lets a scan skip what cannot have it.
struct ScanNeeds {
    /// For fields, sets of texts in lower case: an event must have one of each set.
    var values: [String: [Set<String>]] = [:]
    /// For fields (the empty name for any), words in lower case and ASCII that must stand somewhere in its text.
    var words: [String: Set<String>] = [:]
}
