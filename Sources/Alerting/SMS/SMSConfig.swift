public import Model

/// Telephones that get an SMS for each webhook at a listener of ours, by Twilio.
public struct SMSConfig: Sendable, Hashable {
    /// `host:port`.
    public var listen = "127.0.0.1:5000"
    public var accountSID: String
    public var authToken: Secret
    /// A telephone number, a name, or the identifier of a messaging service (`MG…`).
    public var from: String
    /// Telephone numbers: `+` and digits.
    public var to: [String]
    /// Messages an hour, over all telephones.
    public var maxPerHour = 30
    /// Without a slash at its end.
    public var apiURL = "https://api.twilio.com"

    public init(accountSID: String, authToken: Secret, from: String, to: [String]) {
        self.accountSID = accountSID
        self.authToken = authToken
        self.from = from
        self.to = to
    }
}
