"""A page of 26,000 samples by prometheus_client; prints what it costs as JSON."""
import json
import time

from prometheus_client import CollectorRegistry, Gauge, generate_latest

registry = CollectorRegistry()
for metric in range(26):
    gauge = Gauge(f"camera_metric_{metric}", "A metric of a camera.", ["camera_id"], registry=registry)
    for camera in range(1000):
        gauge.labels(f"cam-{camera}").set(camera * 0.25)
generate_latest(registry)
start = time.process_time()
for _ in range(5):
    page = generate_latest(registry)
print(json.dumps({"samples": 26000, "bytes": len(page), "cpu_ms": (time.process_time() - start) / 5 * 1000}))
