/// Decompression of a block of LZ4, as [its description](https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md) has
/// it.
enum LZ4Block {
    /// The bytes of which `block` is the compressed form.
    /// - Parameter size: how many they are.
    /// - Returns: `nil` where the block is damaged, or has another size.
    static func decompress(_ block: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
        var output: [UInt8] = []
        // What a block of this many bytes can be at most: a size that is a lie takes no memory.
        output.reserveCapacity(min(size, block.count * 255))
        var input = block
        while let token = input.popFirst() {
            guard let literals = length(Int(token >> 4), &input), literals <= input.count,
                literals <= size - output.count
            else { return nil }
            output += input.prefix(literals)
            input = input.dropFirst(literals)
            // The last sequence has nothing but literals.
            if input.isEmpty { break }
            guard let low = input.popFirst(), let high = input.popFirst() else { return nil }
            let distance = Int(low) | Int(high) << 8
            guard let repeated = length(Int(token & 15), &input), distance > 0, distance <= output.count,
                repeated + 4 <= size - output.count
            else { return nil }
            // What is repeated may reach into what is being written.
            for _ in 0..<(repeated + 4) { output.append(output[output.count - distance]) }
        }
        return output.count == size ? output : nil
    }

    private static func length(_ first: Int, _ input: inout ArraySlice<UInt8>) -> Int? {
        var length = first
        guard first == 15 else { return length }
        while let more = input.popFirst() {
            length += Int(more)
            if more < 255 { return length }
        }
        return nil
    }
}
