/// Checks the names of labels that a file sets, as Prometheus 3 and Alertmanager 0.27 do: any text but an empty one will do.
package enum LabelEntries {
    /// The label set of `entries`; wrong names are told.
    package static func checked(
        _ entries: [(key: Located<String>, value: Located<String>)], problems: ProblemList
    ) -> [(key: Located<String>, value: Located<String>)] {
        for entry in entries where entry.key.value.isEmpty {
            problems.error(at: entry.key.position, "a label has no name", mend: "write a name before the colon")
        }
        return entries.filter { !$0.key.value.isEmpty }
    }
}
