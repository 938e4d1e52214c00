internal import Base

/// Which of the eight colours of the pages a service has: the same on each page, whatever others are there.
public enum ServiceColour {
    /// From 1 to 8.
    public static func number(of service: String) -> Int {
        var hash = FNV1a()
        for byte in service.utf8 { hash.add(byte) }
        return Int(hash.value % 8) + 1
    }
}
