/// The colours that programs print for a terminal (ECMA-48, `ESC [ 31 m`).
enum ANSIColours {
    /// Gives a text without them.
    static func without(_ bytes: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(1, bytes.count)) { plain in
            var count = 0
            var index = 0
            while index < bytes.count {
                if bytes[index] == 27, index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "[") {
                    index += 2
                    while index < bytes.count, bytes[index] < 64 { index += 1 }
                    index += 1
                } else {
                    plain[count] = bytes[index]
                    count += 1
                    index += 1
                }
            }
            body(UnsafeBufferPointer(rebasing: plain[..<count]))
        }
    }
}
