"""Logs with python-logging-loki to the server given, by the path and version given."""
import logging
import sys

import logging_loki

handler = logging_loki.LokiHandler(url=sys.argv[1], tags={"component": "recording"}, version=sys.argv[2])
handler.handleError = lambda record: print("error", sys.exc_info()[1], flush=True)
logger = logging.getLogger("recorder")
logger.addHandler(handler)
logger.error('disk "1" is full', extra={"tags": {"camera": "gate"}})
print("sent", flush=True)
