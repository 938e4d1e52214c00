/// What a value must be, for queries that are built and not read.
struct ValueTest: Sendable {
    /// A single value as tests see it.
    enum Value {
        /// - Parameter isFreeText: whether the field's name says that it is searched by words alone.
        case text(String, isFreeText: Bool)
        /// A number or a truth value.
        case plain(String, number: Double?)
    }

    /// Texts in lower case and ASCII that stand in every text that passes.
    let literals: [String]
    /// Bounds in which a number must be that passes; `nil` where none does.
    let numbers: ClosedRange<Double>?
    /// Of the whole values that pass the lower case, where no others do.
    var values: Set<String>?
    /// The test as people write it.
    let text: String
    let passes: @Sendable (Value) -> Bool
}
