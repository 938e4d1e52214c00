package import NIOCore

/// How much is held of callers, and how long.
package struct GRPCLimits: Sendable {
    /// How many connections there may be; the one that has rested longest gives way to another.
    package var connections = 256
    /// How many calls a connection may have open at once, as its settings tell it.
    package var callsOfConnection = 100
    /// How many calls of all connections may be open at once; more are told to come again.
    package var calls = 1_024
    /// The most bytes of a message as it comes.
    package var messageBytes = 64 << 20
    /// Bytes of all messages that came and are not stored yet.
    package var heldBytes = 160 << 20
    /// Bytes of the headers of a call.
    package var headerBytes = 16 << 10
    /// How long the first bytes of a connection, which tell HTTP/2, may take.
    package var preface = TimeAmount.seconds(10)
    /// How long a message may come with less than a kilobyte a second.
    package var slowMessage = TimeAmount.seconds(30)
    /// How long a connection may be without a call.
    package var rest = TimeAmount.minutes(5)
    /// How long a connection may be silent before it is asked whether it lives, and how long for the answer.
    package var silence = (ask: TimeAmount.seconds(60), answer: TimeAmount.seconds(20))
    /// How long an answer may wait for a reader that takes nothing.
    package var reader = TimeAmount.seconds(60)
    /// How long calls may take to come to their end once the server ends.
    package var grace = TimeAmount.milliseconds(700)

    package init() {}
}
