internal import Base

/// Which of the eight colours of the pages a service has: the same on each page, unless another of the trace has it already.
public enum ServiceColour {
    private static let count = 8

    /// From 1 to 8, by the service's name. No two have the same as long as there are no more than eight.
    public static func numbers(of services: some Sequence<String>) -> [String: Int] {
        var numbers: [String: Int] = [:]
        var taken: Set<Int> = []
        for service in Set(services).sorted() {
            if taken.count == count { taken = [] }
            var hash = FNV1a()
            for byte in service.utf8 { hash.add(byte) }
            var number = Int(hash.value % UInt64(count))
            while !taken.insert(number).inserted { number = (number + 1) % count }
            numbers[service] = number + 1
        }
        return numbers
    }
}
