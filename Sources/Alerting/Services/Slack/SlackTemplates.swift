/// What Slack is told where a file says nothing.
enum SlackTemplates {
    static let all = #"""
        {{ define "slack.default.title" }}{{ template "__subject" . }}{{ end }}
        {{ define "slack.default.username" }}{{ template "__alertmanager" . }}{{ end }}
        {{ define "slack.default.fallback" -}}
        {{ template "slack.default.title" . }} | {{ template "slack.default.titlelink" . }}
        {{- end }}
        {{ define "slack.default.titlelink" }}{{ template "__alertmanagerURL" . }}{{ end }}
        {{ define "slack.default.pretext" }}{{ end }}
        {{ define "slack.default.footer" }}{{ end }}
        {{ define "slack.default.callbackid" }}{{ end }}
        {{ define "slack.default.iconemoji" }}{{ end }}
        {{ define "slack.default.iconurl" }}{{ end }}
        {{ define "slack.default.text" -}}
        {{ range $index, $alert := .Alerts }}{{ if lt $index 50 }}{{ if $index }}{{ "\n" }}{{ end -}}
        {{ if eq .Status "resolved" }}Over: {{ end }}*{{ template "watchpost.headline" . }}*
        {{- with .Annotations.description }}: {{ . }}{{ end }}
        {{- with .Labels.camera_id }} (camera {{ . }}){{ end }} since {{ template "watchpost.since" . }}
        {{- with .CameraURL }} <{{ . }}|camera at that time>{{ end }}
        {{- with .GeneratorURL }} <{{ . }}|expression>{{ end }}
        {{- with .SilenceURL }} <{{ . }}|silence>{{ end }}{{ end }}{{ end }}
        {{- if gt (len .Alerts) 50 }}{{ "\n" }}… and more: {{ len .Alerts }} in all{{ end }}
        {{- end }}
        """#
}
