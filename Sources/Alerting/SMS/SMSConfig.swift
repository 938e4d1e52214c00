package import Model

/// Telephones that get an SMS for each webhook at a listener of ours, by Twilio.
package struct SMSConfig: Sendable, Hashable {
    /// `host:port`.
    package var listen = "127.0.0.1:5000"
    package var accountSID: String
    package var authToken: Secret
    /// A telephone number, a name, or the identifier of a messaging service (`MG…`).
    package var from: String
    /// Telephone numbers: `+` and digits.
    package var to: [String]
    /// Messages an hour, over all telephones.
    package var maxPerHour = 30
    /// Without a slash at its end.
    package var apiURL = "https://api.twilio.com"

    package init(accountSID: String, authToken: Secret, from: String, to: [String]) {
        self.accountSID = accountSID
        self.authToken = authToken
        self.from = from
        self.to = to
    }
}
