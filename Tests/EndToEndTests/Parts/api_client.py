"""Asks the server at the given address with prometheus-api-client, and prints what it understood as JSON."""
import datetime
import json
import sys

from prometheus_api_client import PrometheusConnect

client = PrometheusConnect(url=sys.argv[1])
now = datetime.datetime.now()
hour = datetime.timedelta(hours=1)
ranges = client.get_metric_range_data("requests_total", {"path": "/c"}, start_time=now - hour, end_time=now)
print(
    json.dumps(
        {
            "connected": client.check_prometheus_connection(),
            "metrics": client.all_metrics(),
            "labels": client.get_label_names(),
            "paths": client.get_label_values("path"),
            "series": client.get_series(start=now - hour, end=now, params={"match[]": "requests_total"}),
            "current": client.get_current_metric_value("requests_total", {"path": "/c"}),
            "range": [[series["metric"]["path"], len(series["values"])] for series in ranges],
            "query": client.custom_query("count(requests_total)"),
            "query_range": client.custom_query_range("vector(2)", now - hour, now, "10m"),
            "pools": client.get_scrape_pools(),
            "targets": client.get_targets(state="active"),
            "target_metadata": client.get_target_metadata({"job": "app"}, metric="requests"),
            "metadata": client.get_metric_metadata("requests"),
        }
    )
)
