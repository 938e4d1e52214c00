/// What a program tells by OTLP: https://opentelemetry.io/docs/specs/otlp/
package enum OTLPSignal: String, Sendable, CaseIterable { case traces, metrics, logs }
