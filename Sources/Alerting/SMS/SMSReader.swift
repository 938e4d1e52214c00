package import ConfigText
internal import Model

/// Reads `sms` of `watchpost.yml`.
package enum SMSReader {
    package static func read(_ reader: MappingReader) -> SMSConfig? {
        let listen = reader.listenAddress("listen")
        let account = reader.required("account_sid", mend: "write account_sid, as Twilio's console shows it")
        let token = reader.secret("auth_token", file: "auth_token_file")
        if token == nil, !reader.has("auth_token"), !reader.has("auth_token_file") {
            reader.error("sms has no auth_token_file", mend: "put Twilio's token into a file and write its path")
        }
        let from = reader.required("from", mend: "write from, a telephone number of your account")
        let numbers = reader.texts("to", orOne: true)
        if numbers.isEmpty { reader.error("sms has nobody to send to", mend: "write to: [\"+84901234567\"]") }
        for number in numbers where !isNumber(number.value) {
            reader.problems.warn(
                at: number.position, "\"\(number.value)\" is not a telephone number, and Twilio will refuse it",
                mend: "write + and digits alone, with the country's code, in quotation marks")
        }
        let limit = reader.integer("max_per_hour", atLeast: 1)
        let address = HTTPClientReader.url("api_url", in: reader)
        guard let account, let from else { return nil }
        var config = SMSConfig(
            accountSID: account.value, authToken: token ?? .inline(""), from: from.value, to: numbers.map(\.value))
        assign(listen, to: &config.listen)
        assign(limit, to: &config.maxPerHour)
        if let address { config.apiURL = address.hasSuffix("/") ? String(address.dropLast()) : address }
        return config
    }

    /// E.164: at most fifteen digits after the plus.
    private static func isNumber(_ text: String) -> Bool {
        text.hasPrefix("+") && (2...16).contains(text.count)
            && text.dropFirst().allSatisfy { $0.isASCII && $0.isNumber }
    }
}
