internal import Base

/// Times as https://www.rfc-editor.org/rfc/rfc3339 has them.
enum RFC3339 {
    /// Nanoseconds since the Unix epoch; `nil` where it is no time, or one that 64 bits do not hold. A blank stands for the
    /// `+` before an offset, as it comes from an address in which the `+` was not escaped.
    static func nanoseconds(_ text: String) -> Int64? {
        let format = #/(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9})\d*)?(?:[Zz]|([-+ ])(\d\d):(\d\d))/#
        guard text.utf8.count <= 64, let match = text.wholeMatch(of: format)?.output,
            let year = Int(match.1), let month = Int(match.2), let day = Int(match.3),
            let hour = Int64(match.4), let minute = Int64(match.5), let second = Int64(match.6)
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        guard (1...12).contains(month), (1...date.lengthOfMonth).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        var seconds = Int64(date.dayNumber) * 86_400 + hour * 3_600 + minute * 60 + second
        if let sign = match.8, let hours = match.9.flatMap({ Int64($0) }), let minutes = match.10.flatMap({ Int64($0) })
        {
            guard hours < 24, minutes < 60 else { return nil }
            let offset = hours * 3_600 + minutes * 60
            seconds += sign == "-" ? offset : -offset
        }
        let digits = match.7 ?? ""
        let fraction = Int64(digits + String(repeating: "0", count: 9 - digits.count)) ?? 0
        let (product, isOver) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isMore) = product.addingReportingOverflow(fraction)
        return isOver || isMore ? nil : sum
    }
}
