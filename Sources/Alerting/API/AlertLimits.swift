internal import Model
internal import State

/// What is taken at most of alerts that programs post.
package enum AlertLimits {
    /// Alerts of one request.
    package static let postedMax = 20_000
    /// Labels, and as many annotations, of one alert.
    static let pairsMax = 256
    /// Bytes of all names and values of one alert.
    static let bytesMax = 256 << 10

    /// Says that there are more than ``postedMax``.
    package static var tooMany: AlertingError {
        AlertingError(
            .tooLarge, "cannot take the alerts: the limit is \(postedMax) alerts a request; post them in several")
    }

    static func fault(of alert: PostedAlert) -> String? {
        if max(alert.labels.count, alert.annotations.count) > pairsMax {
            return "an alert has more than the limit of \(pairsMax) labels or annotations"
        }
        let bytes = [alert.labels, alert.annotations].joined().reduce(alert.generatorURL.utf8.count) {
            $0 + $1.key.utf8.count + $1.value.utf8.count
        }
        return bytes > bytesMax ? "an alert is longer than the limit of \(bytesMax) bytes" : nil
    }
}

/// What is taken at most of silences.
enum SilenceLimits {
    /// Silences that are not over, and as many that are.
    static let countMax = 10_000
    /// Matchers of one silence.
    static let matchersMax = 100
    /// Matchers of all silences that have none like `name="value"`: each alert that comes is compared with them.
    static let openMatchersMax = 2_000
    /// Bytes of all matchers of one silence.
    static let matcherBytesMax = 64 << 10
    /// Bytes of a comment, and of a name.
    static let textBytesMax = 16 << 10

    /// - Throws: ``AlertingError`` that names the limit.
    static func check(_ posted: PostedSilence) throws(AlertingError) {
        if posted.matchers.count > matchersMax {
            throw refusal("it has \(posted.matchers.count) matchers, and the limit is \(matchersMax); use a pattern")
        }
        let bytes = posted.matchers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
        if bytes > matcherBytesMax {
            throw refusal("its matchers have \(bytes) bytes, and the limit is \(matcherBytesMax)")
        }
        if max(posted.comment.utf8.count, posted.createdBy.utf8.count) > textBytesMax {
            throw refusal("its comment or its author is longer than the limit of \(textBytesMax) bytes")
        }
    }

    /// Why there is no room for another silence.
    static func refusal(of posted: PostedSilence, beside table: SilenceTable, now: Int64) -> AlertingError? {
        let lasting = table.lasting(at: now)
        if lasting.count >= countMax || table.silences.count >= 2 * countMax {
            return refusal("there are as many as the limit of \(countMax) allows; end some, or use a pattern")
        }
        if isOpen(posted.matchers) {
            let others = lasting.reduce(0) { $0 + (isOpen($1.matchers) ? $1.matchers.count : 0) }
            if others + posted.matchers.count > openMatchersMax {
                return refusal(
                    "silences without a matcher like name=\"value\" hold as many matchers as the limit of "
                        + "\(openMatchersMax) allows; add such a matcher, or end some")
            }
        }
        return nil
    }

    static func isOpen(_ matchers: [Matcher]) -> Bool {
        !matchers.contains { $0.operation == .equal && !$0.value.isEmpty }
    }

    private static func refusal(_ cause: String) -> AlertingError {
        AlertingError(.tooLarge, "cannot set the silence: \(cause)")
    }
}
