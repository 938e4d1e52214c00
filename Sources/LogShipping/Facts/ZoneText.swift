/// The zone that is written behind a time.
enum ZoneText {
    enum Zone {
        /// East of Greenwich.
        case minutes(Int64)
        case named(LineZone)
    }

    /// Abbreviations in logs, with minutes east of Greenwich. Of one that several zones have the first counts, unless the
    /// site's own zone has another of them.
    private static let names: [String: [Int64]] = [
        "UTC": [0], "GMT": [0], "WET": [0], "WEST": [60], "BST": [60, 360], "CET": [60], "CEST": [120],
        "MEZ": [60], "MESZ": [120], "EET": [120], "EEST": [180], "MSK": [180], "SAST": [120],
        "IST": [330, 120, 60], "IDT": [180], "PKT": [300], "NPT": [345], "ICT": [420], "WIB": [420], "WITA": [480],
        "HKT": [480], "SGT": [480], "MYT": [480], "AWST": [480], "JST": [540], "KST": [540],
        "ACST": [570], "ACDT": [630], "AEST": [600], "AEDT": [660], "NZST": [720], "NZDT": [780], "EST": [-300],
        "EDT": [-240], "CST": [-360, 480, -300], "CDT": [-300], "MST": [-420], "MDT": [-360], "PST": [-480, 480],
        "PDT": [-420], "AKST": [-540], "AKDT": [-480], "HST": [-600], "AST": [-240, 180], "ADT": [-180],
        "BRT": [-180], "BRST": [-120],
    ]
    private static let areas = [
        "Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/",
        "Pacific/", "Etc/",
    ]
    private static let longestArea = 40

    /// The zone behind a time, directly or after a blank: `Z`, `UTC`, `PST`, `+07`, `+0700`, `+07:00`, `UTC+7`,
    /// `Asia/Ho_Chi_Minh`.
    /// - Parameters:
    ///   - site: the zone of the site, and a time near the one that is read, for names that mean several.
    /// - Returns: the zone and where it ends; `nil` if none is said.
    static func read(
        _ bytes: UnsafeBufferPointer<UInt8>, at start: Int, or site: LineZone?, time: Int64
    ) -> (zone: Zone, end: Int)? {
        var position = start
        func byte(_ index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }
        func digit(_ index: Int) -> Int64? { byte(index).flatMap { (48...57).contains($0) ? Int64($0) - 48 : nil } }
        func isLetter(_ index: Int) -> Bool { byte(index).map { (97...122).contains($0 | 32) } ?? false }
        let isApart = byte(position) == 32
        while byte(position) == 32 { position += 1 }
        if isApart, byte(position) == 40, isLetter(position + 1) { position += 1 }
        var base: Int64?
        if let first = byte(position), first | 32 == 122 {
            // A word that begins with a Z is none.
            guard !isApart || (!isLetter(position + 1) && digit(position + 1) == nil) else { return nil }
            return (.minutes(0), position + 1)
        }
        if isLetter(position) {
            var end = position
            while isLetter(end) { end += 1 }
            if byte(end) == 47 { return area(bytes, position) }
            guard (2...4).contains(end - position),
                let meanings = names[String(decoding: bytes[position..<end], as: UTF8.self)]
            else { return nil }
            base = meanings[0]
            if meanings.count > 1, let own = site?.minutes(at: time), meanings.contains(own) { base = own }
            position = end
            // Only Greenwich has a number behind it: `UTC+7`.
            if base != 0 || isWord(byte(end)) { return isWord(byte(end)) ? nil : (.minutes(base ?? 0), end) }
        }
        let named = base.map { (zone: Zone.minutes($0), end: position) }
        guard let sign = byte(position), sign == 43 || sign == 45, let tens = digit(position + 1) else { return named }
        position += 2
        var hours = tens
        if let ones = digit(position) {
            hours = tens * 10 + ones
            position += 1
        } else if named == nil {
            return nil
        }
        var minutes: Int64 = 0
        let separator = byte(position) == 58 ? 1 : 0
        if let tens = digit(position + separator), let ones = digit(position + separator + 1) {
            minutes = tens * 10 + ones
            position += separator + 2
        }
        let isOver = digit(position) == nil && !isLetter(position) && byte(position) != 58
        // Apart from the time it may be any number of the line: `12:00:00 -5 dB`, `12:00:00 +0.5`.
        let isNumber = byte(position) == 46 && digit(position + 1) != nil
        guard hours <= 14, minutes < 60, !isApart || (isOver && !isNumber) else { return named }
        return (.minutes((sign == 45 ? -1 : 1) * (hours * 60 + minutes)), position)
    }

    private static func isWord(_ byte: UInt8?) -> Bool {
        guard let byte else { return false }
        return (48...57).contains(byte) || (97...122).contains(byte | 32) || byte == 95
    }

    private static func area(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> (zone: Zone, end: Int)? {
        let name = bytes[start...].prefix(longestArea).prefix { isWord($0) || $0 == 47 || $0 == 45 || $0 == 43 }
        guard areas.contains(where: { name.starts(with: $0.utf8) }),
            let zone = LineZone.named(String(decoding: name, as: UTF8.self))
        else { return nil }
        return (.named(zone), name.endIndex)
    }
}
