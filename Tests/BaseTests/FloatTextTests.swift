import Base
import Testing

@Suite("Doubles as text")
struct FloatTextTests {
    @Test(
        "values of alerts always have an exponent, as Go's %e with the shortest digits",
        arguments: [
            (0, "0e+00"), (1, "1e+00"), (-12.5, "-1.25e+01"), (1e100, "1e+100"), (0.001, "1e-03"),
            (123_456_789, "1.23456789e+08"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
        ] as [(Double, String)])
    func scientific(value: Double, text: String) { #expect(FloatText.scientific(value) == text) }
}
