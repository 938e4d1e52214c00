/// A piece of a pattern.
enum DateElement: Sendable {
    /// Bytes that are there as they stand, in either case.
    case literal([UInt8])
    /// - Parameters:
    ///   - digitsMin: printed with leading zeros up to so many.
    ///   - digitsMax: as many are read.
    case number(DateField, digitsMin: Int, digitsMax: Int, signed: Bool)
    /// A year without its century; where it is lenient one of other lengths is a whole year.
    case shortYear(DateField, lenient: Bool)
    case fraction(DateField, digitsMin: Int, digitsMax: Int)
    case name(DateField, DateNames, short: Bool)
    /// `Z` stands for Greenwich where it is read.
    case offset(colon: Bool)
    case zoneName(short: Bool)
    case zoneID
    /// The one that reads most; an empty one may be left out.
    case choice([[DateElement]])

    /// How many fields it may give.
    var fieldCount: Int {
        switch self {
        case .literal, .offset, .zoneName, .zoneID: 0
        case .number, .shortYear, .fraction, .name: 1
        case .choice(let choices): choices.map { $0.reduce(0) { $0 + $1.fieldCount } }.max() ?? 0
        }
    }
}
