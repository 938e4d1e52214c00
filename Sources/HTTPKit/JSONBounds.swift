package import NIOCore

/// Counts what a JSON text holds before it is decoded: a decoder makes an object of each item, and a short text may hold
/// millions.
package struct JSONBounds: Sendable {
    /// Elements of the outermost array.
    package let elementsMax: Int
    /// Elements and members of all arrays and objects together.
    package let itemsMax: Int
    /// Arrays and objects within one another.
    private static let depthMax = 32

    /// - Parameters:
    ///   - elementsMax: elements of the outermost array.
    ///   - itemsMax: elements and members of all arrays and objects together.
    package init(elementsMax: Int = .max, itemsMax: Int) {
        self.elementsMax = elementsMax
        self.itemsMax = itemsMax
    }

    /// What there is too much of.
    package enum Excess: Error { case elements, items, depth }

    /// - Throws: what there is too much of.
    package func check(_ text: ByteBuffer) throws(Excess) {
        var depth = 0
        var (items, elements) = (0, 0)
        var (isText, isEscaped, wasOpened) = (false, false, false)
        for byte in text.readableBytesView {
            if isText {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): continue
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                wasOpened = false
                continue
            default: break
            }
            if wasOpened || byte == UInt8(ascii: ",") {
                items += 1
                if depth == 1 { elements += 1 }
                guard items <= itemsMax else { throw .items }
                guard elements <= elementsMax else { throw .elements }
            }
            wasOpened = false
            switch byte {
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                wasOpened = true
                guard depth <= Self.depthMax else { throw .depth }
            case UInt8(ascii: "\""): isText = true
            default: break
            }
        }
    }
}
